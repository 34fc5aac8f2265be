#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/index.h"
#include "framework/tensor.h"

/// Central differences of anything that can be computed again after an entry has moved, and the deviation of a result
/// from them. An entry x moves by step · max(1, |x|) to either side. The divisor is the distance after rounding.
/// Entries get their old values back.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Both ends of the interval around an entry.
struct DifferenceEnds {
  real low;
  real high;

  DifferenceEnds(double x, double step) {
    const double h = step * std::max(1.0, std::abs(x));
    low = static_cast<real>(x - h);
    high = static_cast<real>(x + h);
  }
  [[nodiscard]] double width() const { return static_cast<double>(high) - static_cast<double>(low); }
};

/// ∂ rule() / ∂ (one entry); rule returns a HostMatrix.
template <class Rule>
HostMatrix difference(MatrixView matrix, int row, int col, double step, const Rule& rule) {
  const MatrixView entry{matrix.data + Shape{matrix.rows, col}.size() + row, 1, 1};
  const real origin = to_host_number(entry);
  const DifferenceEnds ends(static_cast<double>(origin), step);
  fill(entry, ends.low);
  const HostMatrix below = rule();
  fill(entry, ends.high);
  HostMatrix above = rule();
  fill(entry, origin);
  for (std::size_t i = 0; i < above.values().size(); ++i) {
    above.values()[i] = (above.values()[i] - below.values()[i]) / ends.width();
  }
  return above;
}

/// For each sample, ∂ (its column of rule()) / ∂ (its column of x). A row of x moves in all columns at once, because no
/// sample affects the value of another.
template <class Rule>
std::vector<HostMatrix> jacobians(MatrixView x, double step, const Rule& rule) {
  const HostMatrix origin(x);
  std::vector<HostMatrix> result;
  for (int row = 0; row < x.rows; ++row) {
    HostMatrix low = origin;
    HostMatrix high = origin;
    std::vector<double> widths;
    for (int sample = 0; sample < x.cols; ++sample) {
      const DifferenceEnds ends(origin(row, sample), step);
      low(row, sample) = static_cast<double>(ends.low);
      high(row, sample) = static_cast<double>(ends.high);
      widths.push_back(ends.width());
    }
    low.copy_to(x);
    const HostMatrix below = rule();
    high.copy_to(x);
    const HostMatrix above = rule();
    if (row == 0) result.assign(widths.size(), HostMatrix(Shape{below.rows(), x.rows}));
    for (int sample = 0; sample < x.cols; ++sample) {
      const std::size_t s = to_index(sample);
      for (int i = 0; i < below.rows(); ++i) {
        result[s](i, row) = (above(i, sample) - below(i, sample)) / widths[s];
      }
    }
  }
  origin.copy_to(x);
  return result;
}

/// The largest |found - expected| / scale over any number of matrices; infinite if one is not a number.
struct Deviation {
  double relative = 0;
  std::string worst = {};  ///< that entry: "block(3, 1): found 0.2, expected 0.3"

  void include(std::string_view what, const HostMatrix& found, const HostMatrix& expected, double scale);
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
