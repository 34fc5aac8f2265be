#include "tools/reproduce/race/plateau.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// -p log p, 0 at 0.
double entropy(double p) { return p > 0 ? -p * std::log(p) : 0; }

std::vector<double> column(std::span<const float> values, int columns, int at) {
  std::vector<double> numbers;
  numbers.reserve(values.size() / to_index(columns));
  for (std::size_t i = to_index(at); i < values.size(); i += to_index(columns)) {
    numbers.push_back(values[i]);
  }
  return numbers;
}

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

constexpr double kBiweight = 4.685;  // c of ops/tukey_biweight.cpp

/// 1 - (r/c)², zero beyond c.
double rest(double residual) { return std::max(0.0, 1 - residual * residual / (kBiweight * kBiweight)); }

}  // namespace

double label_plateau(std::span<const std::uint8_t> labels) {
  std::array<double, 256> counts{};
  for (const std::uint8_t label : labels) ++counts.at(label);
  double sum = 0;
  for (const double count : counts) sum += entropy(count / static_cast<double>(labels.size()));
  return sum;
}

double pixel_plateau(std::span<const std::uint8_t> values, int features) {
  const auto columns = to_index(features);
  std::vector<std::uint64_t> sums(columns);
  for (std::size_t i = 0; i < values.size(); ++i) sums[i % columns] += values[i];
  const double all = 255 * static_cast<double>(values.size()) / features;
  double loss = 0;
  for (const std::uint64_t sum : sums) {
    const double mean = static_cast<double>(sum) / all;
    loss += entropy(mean) + entropy(1 - mean);
  }
  return loss;
}

std::vector<float> standardised_targets(std::span<const float> targets, int outputs, NormalizeTargets kind) {
  const Dataset data{.name = "targets",
                     .task = Task::Regression,
                     .target_columns = outputs,
                     .targets = {targets.begin(), targets.end()}};
  const Normalization normalization = fit_targets(data, kind);
  std::vector<float> standardised = data.targets;
  for (std::size_t i = 0; i < standardised.size(); ++i) {
    const std::size_t column = i % to_index(outputs);
    standardised[i] = static_cast<float>((double{standardised[i]} - double{normalization.mean[column]}) /
                                         double{normalization.scale[column]});
  }
  return standardised;
}

double squared_error_plateau(std::span<const float> targets, int outputs) {
  double loss = 0;
  for (int output = 0; output < outputs; ++output) {
    const std::vector<double> numbers = column(targets, outputs, output);
    double mean = 0;
    for (const double number : numbers) mean += number / static_cast<double>(numbers.size());
    for (const double number : numbers)
      loss += (number - mean) * (number - mean) / (2 * static_cast<double>(numbers.size()));
  }
  return loss;
}

double biweight_plateau(std::span<const float> targets, int outputs) {
  constexpr int kIterations = 200;  // each lowers the loss; far more than it takes
  double loss = 0;
  for (int output = 0; output < outputs; ++output) {
    const std::vector<double> numbers = column(targets, outputs, output);
    double location = median(numbers);
    for (int i = 0; i < kIterations; ++i) {
      double weights = 0;
      double sum = 0;
      for (const double number : numbers) {
        const double weight = rest(number - location) * rest(number - location);
        weights += weight;
        sum += weight * number;
      }
      location = sum / weights;
    }
    for (const double number : numbers) {
      const double one = rest(number - location);
      loss += kBiweight * kBiweight / 6 * (1 - one * one * one) / static_cast<double>(numbers.size());
    }
  }
  return loss;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
