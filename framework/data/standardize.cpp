#include "framework/data/standardize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "framework/index.h"
#include "framework/parallel_tasks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// The number of columns per task. Their sums stay in the processor's cache while the task goes through the rows.
constexpr std::size_t kColumnsPerTask = 2048;
/// The rounding of numbers, as a share of their magnitude: about eight times ε.
constexpr double kRoundingShare = sizeof(real) == sizeof(float) ? 1e-6 : 2e-15;
/// 1 / Φ⁻¹(3/4): the standard deviation of normal values divided by the median of |v - m|.
constexpr double kNormalMad = 1.4826;

/// The moments of one column. They need two passes over the rows: sums of squares of large numbers would lose all
/// digits of a small deviation.
struct ColumnMoments {
  double mean = 0;
  double square = 0;   // squared deviation
  double largest = 0;  // largest magnitude

  double scale() const {
    const double deviation = std::sqrt(square);
    if (deviation > kRoundingShare * largest) return deviation;
    return largest > 0 ? largest : 1;
  }
};

struct RowMajor {
  std::span<const real> values;
  std::size_t columns;

  [[nodiscard]] std::size_t rows() const { return values.size() / columns; }
  [[nodiscard]] const real* row(std::size_t i) const { return values.data() + i * columns; }
};

/// Finds the moments of columns [first, first + moments.size()), each in the order of the rows.
void find_moments(const RowMajor& table, std::size_t first, std::span<ColumnMoments> moments) {
  const double rows = static_cast<double>(table.rows());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const real* numbers = table.row(i) + first;
    for (std::size_t j = 0; j < moments.size(); ++j) {
      moments[j].mean += static_cast<double>(numbers[j]) / rows;
      moments[j].largest = std::max(moments[j].largest, std::abs(static_cast<double>(numbers[j])));
    }
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const real* numbers = table.row(i) + first;
    for (std::size_t j = 0; j < moments.size(); ++j) {
      const double deviation = numbers[j] - moments[j].mean;
      moments[j].square += deviation * deviation / rows;
    }
  }
}

std::vector<ColumnMoments> column_moments(const RowMajor& table) {
  std::vector<ColumnMoments> moments(table.columns);
  run_tasks(static_cast<int>((moments.size() + kColumnsPerTask - 1) / kColumnsPerTask), [&](int task) {
    const std::size_t first = to_index(task) * kColumnsPerTask;
    find_moments(table, first, std::span(moments).subspan(first, std::min(kColumnsPerTask, moments.size() - first)));
  });
  return moments;
}

/// Reorders the numbers.
double median(std::span<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  if (numbers.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(numbers.begin(), middle), *middle);
}

/// Clamps the scale to normal numbers: the deviation of the largest or smallest ones may be outside.
real normal_scale(double scale) {
  using Limits = std::numeric_limits<real>;
  return static_cast<real>(std::clamp(scale, double{Limits::min()}, double{Limits::max()}));
}

}  // namespace

Normalization standardize(std::span<const real> table, int columns) {
  Normalization normalization;
  for (const ColumnMoments& column : column_moments({table, to_index(columns)})) {
    normalization.mean.push_back(static_cast<real>(column.mean));
    normalization.scale.push_back(normal_scale(column.scale()));
  }
  return normalization;
}

Normalization standardize_robustly(std::span<const real> table, int columns) {
  const RowMajor all{table, to_index(columns)};
  const std::vector<ColumnMoments> moments = column_moments(all);
  Normalization normalization{.mean = std::vector<real>(all.columns), .scale = std::vector<real>(all.columns)};
  run_tasks(columns, [&](int task) {
    const auto column = to_index(task);
    std::vector<double> numbers(all.rows());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = all.row(i)[column];
    const double middle = median(numbers);
    for (double& number : numbers) number = std::abs(number - middle);
    const double deviation = kNormalMad * median(numbers);
    normalization.mean[column] = static_cast<real>(middle);
    normalization.scale[column] =
        normal_scale(deviation > kRoundingShare * std::abs(middle) ? deviation : moments[column].scale());
  });
  return normalization;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
