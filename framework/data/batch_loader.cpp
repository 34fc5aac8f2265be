#include "framework/data/batch_loader.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

Tensor column(const std::vector<real>& values) {
  return {Shape{static_cast<int>(values.size()), 1}, std::vector<real>(values.begin(), values.end())};
}

std::size_t input_bytes(const Dataset& dataset) {
  return to_index(dataset.features) * (dataset.has_numbers() ? sizeof(real) : 1);
}

/// The bytes of a sample's targets; 0 if the targets are the inputs.
std::size_t target_bytes(const Dataset& dataset) {
  switch (dataset.task) {
    case Task::Classification:
      return 1;
    case Task::Regression:
      return to_index(dataset.target_columns) * sizeof(real);
    default:
      return 0;
  }
}

std::uint8_t* copy_numbers(std::span<const real> numbers, std::uint8_t* out) {
  std::memcpy(out, numbers.data(), numbers.size_bytes());
  return out + numbers.size_bytes();
}

CURVEGRAPH_DEVICE real value_of(std::uint8_t byte) { return static_cast<real>(byte) / 255; }
CURVEGRAPH_DEVICE real value_of(real number) { return number; }

/// out = values, one column per sample
template <class T>
void put_values(const T* stored, MatrixView out) {
  real* values = out.data;
  for_each_index(out.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { values[i] = value_of(stored[i]); });
}

/// x = (values - mean) / scale, computed in Arithmetic. Targets use double, so that the difference of two large numbers
/// keeps its digits. The result is of order one before it is rounded.
template <class Arithmetic, class T>
void put_normalised(const T* stored, ConstMatrixView means, ConstMatrixView scales, MatrixView x) {
  const std::size_t features = to_index(x.rows);
  const real* mean = means.data;
  const real* scale = scales.data;
  real* values = x.data;
  for_each_element(x.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * features;
    values[i] = static_cast<real>((static_cast<Arithmetic>(value_of(stored[i])) - static_cast<Arithmetic>(mean[row])) /
                                  static_cast<Arithmetic>(scale[row]));
  });
}

void put_one_hot(const std::uint8_t* labels, MatrixView target) {
  const std::size_t classes = to_index(target.rows);
  real* hot = target.data;
  for_each_element(target.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    hot[row + col * classes] = labels[col] == row ? 1 : 0;
  });
}

}  // namespace

BatchLoader::BatchLoader(const Dataset& dataset, const Normalization& normalization, const Normalization& targets)
    : dataset_(&dataset),
      mean_(column(normalization.mean)),
      scale_(column(normalization.scale)),
      target_mean_(column(targets.mean)),
      target_scale_(column(targets.scale)) {
  for (const Tensor* part : {&mean_, &scale_}) {
    if (part->shape().rows == dataset.features) continue;
    throw UsageError(fmt::format("{}: a normalisation of {} features, expected {}", dataset.name, part->shape().rows,
                                 dataset.features));
  }
  if (targets.empty()) return;
  if (dataset.task == Task::Classification) {
    throw UsageError(fmt::format("{}: a normalisation of targets, expected none as they are classes", dataset.name));
  }
  for (const Tensor* part : {&target_mean_, &target_scale_}) {
    if (part->shape().rows == dataset.outputs()) continue;
    throw UsageError(fmt::format("{}: a normalisation of {} targets, expected {}", dataset.name, part->shape().rows,
                                 dataset.outputs()));
  }
}

void BatchLoader::expect(std::span<const int> samples) {
  for (const int sample : samples) (void)dataset_->sample(sample);
  samples_.clear();
  // Targets begin at an offset that is aligned for real.
  targets_at_ = (samples.size() * input_bytes(*dataset_) + sizeof(real) - 1) / sizeof(real) * sizeof(real);
  host_ = bytes_.host(targets_at_ + samples.size() * target_bytes(*dataset_));
  samples_.assign(samples.begin(), samples.end());
}

void BatchLoader::gather() {
  const Dataset& data = *dataset_;
  std::uint8_t* out = host_.data();
  for (const int sample : samples_) {
    out = data.has_numbers() ? copy_numbers(data.sample_numbers(sample), out)
                             : std::ranges::copy(data.sample(sample), out).out;
  }
  out = host_.data() + targets_at_;
  for (const int sample : samples_) {
    if (data.task == Task::Classification) *out++ = data.labels[to_index(sample)];
    if (data.task == Task::Regression) out = copy_numbers(data.sample_targets(sample), out);
  }
  bytes_.send();
}

void BatchLoader::prefetch(std::span<const int> samples) {
  helper_.wait();
  expect(samples);
  helper_.start([this] { gather(); });
}

template <class T>
void BatchLoader::put_targets(const T* stored, MatrixView target) const {
  if (target_scale()) {
    put_normalised<double>(stored, target_mean_, target_scale_, target);
  } else {
    put_values(stored, target);
  }
}

void BatchLoader::load(std::span<const int> samples, MatrixView x, MatrixView target) {
  const int batch = static_cast<int>(samples.size());
  if (x.shape() != Shape{dataset_->features, batch} || target.shape() != Shape{dataset_->outputs(), batch}) {
    throw UsageError(fmt::format("{}: {} samples into {} inputs and {} targets, expected {} and {}", dataset_->name,
                                 batch, to_string(x.shape()), to_string(target.shape()),
                                 to_string(Shape{dataset_->features, batch}),
                                 to_string(Shape{dataset_->outputs(), batch})));
  }
  helper_.wait();
  if (!std::ranges::equal(samples, samples_)) {
    expect(samples);
    gather();
  }
  samples_.clear();  // a later load() reads the data set again

  const std::uint8_t* bytes = bytes_.on_device();
  const real* numbers = reinterpret_cast<const real*>(bytes);
  if (dataset_->has_numbers()) {
    put_normalised<real>(numbers, mean_, scale_, x);
  } else {
    put_normalised<real>(bytes, mean_, scale_, x);
  }
  if (dataset_->task == Task::Classification) {
    put_one_hot(bytes + targets_at_, target);
  } else if (dataset_->task == Task::Regression) {
    put_targets(numbers + targets_at_ / sizeof(real), target);
  } else if (dataset_->has_numbers()) {
    put_targets(numbers, target);
  } else {
    put_targets(bytes, target);
  }
  bytes_.release();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
