#include "framework/data/batch_loader.h"

#include <algorithm>
#include <cstddef>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

Tensor column(const std::vector<float>& values) {
  return {Shape{static_cast<int>(values.size()), 1}, std::vector<real>(values.begin(), values.end())};
}

}  // namespace

BatchLoader::BatchLoader(const Dataset& dataset, const Normalization& normalization)
    : dataset_(&dataset), mean_(column(normalization.mean)), scale_(column(normalization.scale)) {
  for (const Tensor* part : {&mean_, &scale_}) {
    if (part->shape().rows == dataset.features) continue;
    throw UsageError(fmt::format("{}: a normalisation of {} features, expected {}", dataset.name, part->shape().rows,
                                 dataset.features));
  }
}

void BatchLoader::expect(std::span<const int> samples) {
  for (const int sample : samples) (void)dataset_->sample(sample);
  samples_.clear();
  host_ = bytes_.host(samples.size() * (static_cast<std::size_t>(dataset_->features) + 1));
  samples_.assign(samples.begin(), samples.end());
}

void BatchLoader::gather() {
  auto out = host_.begin();
  for (const int sample : samples_) out = std::ranges::copy(dataset_->sample(sample), out).out;
  for (const int sample : samples_) *out++ = dataset_->labels[static_cast<std::size_t>(sample)];
  bytes_.send();
}

void BatchLoader::prefetch(std::span<const int> samples) {
  helper_.wait();
  expect(samples);
  helper_.start([this] { gather(); });
}

void BatchLoader::load(std::span<const int> samples, MatrixView x, MatrixView target) {
  const int batch = static_cast<int>(samples.size());
  if (x.shape() != Shape{dataset_->features, batch} || target.shape() != Shape{dataset_->classes, batch}) {
    throw UsageError(fmt::format("{}: {} samples into {} inputs and {} targets, expected {} and {}", dataset_->name,
                                 batch, to_string(x.shape()), to_string(target.shape()),
                                 to_string(Shape{dataset_->features, batch}),
                                 to_string(Shape{dataset_->classes, batch})));
  }
  helper_.wait();
  if (!std::ranges::equal(samples, samples_)) {
    expect(samples);
    gather();
  }
  samples_.clear();  // a later load() looks at the data set again

  const std::uint8_t* bytes = bytes_.on_device();
  const std::size_t features = static_cast<std::size_t>(dataset_->features);
  const real* mean = mean_.view().data;
  const real* scale = scale_.view().data;
  real* values = x.data;
  for_each_element(x.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * features;
    values[i] = (static_cast<real>(bytes[i]) / 255 - mean[row]) / scale[row];
  });
  const std::size_t classes = static_cast<std::size_t>(dataset_->classes);
  const std::uint8_t* labels = bytes + x.size();
  real* hot = target.data;
  for_each_element(target.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    hot[row + col * classes] = labels[col] == row ? 1 : 0;
  });
  bytes_.release();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
