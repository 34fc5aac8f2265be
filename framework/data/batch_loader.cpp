#include "framework/data/batch_loader.h"

#include <algorithm>

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

void BatchLoader::load(std::span<const int> samples, MatrixView x, MatrixView target) {
  const int batch = static_cast<int>(samples.size());
  if (x.shape() != Shape{dataset_->features, batch} || target.shape() != Shape{dataset_->classes, batch}) {
    throw UsageError(fmt::format("{}: {} samples into {} inputs and {} targets, expected {} and {}", dataset_->name,
                                 batch, to_string(x.shape()), to_string(target.shape()),
                                 to_string(Shape{dataset_->features, batch}),
                                 to_string(Shape{dataset_->classes, batch})));
  }
  const std::size_t features = static_cast<std::size_t>(dataset_->features);
  bytes_.resize(x.size() + samples.size());
  if (device_bytes_.size() < bytes_.size()) device_bytes_ = DeviceMemory(bytes_.size());
  auto out = bytes_.begin();
  for (const int sample : samples) out = std::ranges::copy(dataset_->sample(sample), out).out;
  for (const int sample : samples) *out++ = dataset_->labels[static_cast<std::size_t>(sample)];
  copy_bytes_to_device(bytes_.data(), device_bytes_.data(), bytes_.size());

  const auto* bytes = static_cast<const std::uint8_t*>(device_bytes_.data());
  const real* mean = mean_.view().data;
  const real* scale = scale_.view().data;
  real* values = x.data;
  for_each_index(x.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    values[i] = (static_cast<real>(bytes[i]) / 255 - mean[i % features]) / scale[i % features];
  });
  const std::size_t classes = static_cast<std::size_t>(dataset_->classes);
  const std::uint8_t* labels = bytes + x.size();
  real* hot = target.data;
  for_each_index(target.size(),
                 [=] CURVEGRAPH_DEVICE(std::size_t i) { hot[i] = labels[i / classes] == i % classes ? 1 : 0; });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
