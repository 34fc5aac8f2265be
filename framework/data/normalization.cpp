#include "framework/data/normalization.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "framework/data/standardize.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/parallel_tasks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::array<std::pair<std::string_view, Normalize>, 3> kNormalizeNames = {{
    {"feature", Normalize::Feature},
    {"channel", Normalize::Channel},
    {"none", Normalize::None},
}};

constexpr double kLevels = 255;

/// Sums over bytes. They are integers, so that the result depends neither on the order of the samples nor on the
/// threads. `squares` would overflow only after 2^48 bytes.
struct ByteMoments {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;

  ByteMoments& operator+=(const ByteMoments& other) {
    count += other.count;
    sum += other.sum;
    squares += other.squares;
    return *this;
  }

  double mean() const { return static_cast<double>(sum) / static_cast<double>(count); }

  /// At least 1. The subtraction loses digits, but for bytes no more than 1e-11 of the result.
  double deviation() const {
    const double variance = static_cast<double>(squares) / static_cast<double>(count) - mean() * mean();
    return std::sqrt(std::max(variance, 1.0));
  }
};

/// The number of features per task. Their sums stay in the processor's cache while the task goes through the samples.
constexpr std::size_t kFeaturesPerTask = 2048;
/// The number of samples whose sums fit 32 bits. A processor adds most numbers at once in this size.
constexpr int kChunk = 1 << 16;

/// Adds the moments of features [first, first + moments.size()).
void add_moments(const Dataset& dataset, std::size_t first, std::span<ByteMoments> moments) {
  for (int begin = 0; begin < dataset.size();) {
    const int end = begin + std::min(kChunk, dataset.size() - begin);
    std::array<std::uint32_t, kFeaturesPerTask> sums{};
    std::array<std::uint32_t, kFeaturesPerTask> squares{};
    for (int i = begin; i < end; ++i) {
      const std::uint8_t* values = dataset.sample(i).data() + first;
      for (std::size_t j = 0; j < moments.size(); ++j) {
        sums[j] += values[j];
        squares[j] += static_cast<std::uint32_t>(values[j]) * values[j];
      }
    }
    for (std::size_t j = 0; j < moments.size(); ++j) {
      moments[j] += {static_cast<std::uint64_t>(end - begin), sums[j], squares[j]};
    }
    begin = end;
  }
}

std::vector<ByteMoments> feature_moments(const Dataset& dataset) {
  std::vector<ByteMoments> moments(to_index(dataset.features));
  run_tasks(static_cast<int>((moments.size() + kFeaturesPerTask - 1) / kFeaturesPerTask), [&](int task) {
    const std::size_t first = to_index(task) * kFeaturesPerTask;
    add_moments(dataset, first, std::span(moments).subspan(first, std::min(kFeaturesPerTask, moments.size() - first)));
  });
  return moments;
}

/// Gives every feature of a channel the moments of the whole channel.
void merge_channels(std::vector<ByteMoments>& moments, std::size_t features_a_channel) {
  for (auto begin = moments.begin(); begin != moments.end();) {
    const auto end = begin + static_cast<std::ptrdiff_t>(features_a_channel);
    ByteMoments channel;
    for (auto feature = begin; feature != end; ++feature) channel += *feature;
    std::fill(begin, end, channel);
    begin = end;
  }
}

}  // namespace

Normalize normalize_from_name(std::string_view name) {
  for (const auto& [known, kind] : kNormalizeNames) {
    if (known == name) return kind;
  }
  throw UsageError(fmt::format("unknown normalization \"{}\", expected feature, channel or none", name));
}

std::string_view name(Normalize kind) {
  return std::ranges::find(kNormalizeNames, kind, &std::pair<std::string_view, Normalize>::second)->first;
}

Normalization fit_normalization(const Dataset& train, Normalize kind) {
  const auto features = to_index(train.features);
  if (kind == Normalize::None) return {std::vector<real>(features, 0.0F), std::vector<real>(features, 1.0F)};

  if (train.size() == 0) throw UsageError(fmt::format("{}: holds no samples to fit a normalization to", train.name));
  if (train.channels < 1 || train.features % train.channels != 0) {
    throw UsageError(fmt::format("{}: holds {} features in {} channels, expected equally many in each", train.name,
                                 train.features, train.channels));
  }
  if (train.has_numbers()) {
    if (kind == Normalize::Feature) return standardize(train.numbers, train.features);
    throw UsageError(
        fmt::format("{}: holds numbers without channels, expected the normalization feature or none", train.name));
  }
  std::vector<ByteMoments> moments = feature_moments(train);
  if (kind == Normalize::Channel) merge_channels(moments, features / to_index(train.channels));

  Normalization normalization;
  for (const ByteMoments& feature : moments) {
    normalization.mean.push_back(static_cast<real>(feature.mean() / kLevels));
    normalization.scale.push_back(static_cast<real>(feature.deviation() / kLevels));
  }
  return normalization;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
