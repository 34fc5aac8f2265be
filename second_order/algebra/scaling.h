#pragma once

#include <cmath>
#include <limits>

#include "framework/kernel.h"
#include "framework/matrix_view.h"
#include "framework/workspace.h"

/// Powers of two that bring numbers to order one. Multiplication by them is exact: linear results keep their digits,
/// and squares stay within the range of a float.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// max |xᵢ| into a 1 × 1 matrix of the device: nothing waits for it. NaN is passed over.
void largest_magnitude(ConstMatrixView x, MatrixView result, Workspace& workspace);

/// max |aᵢᵢ| of a square matrix, likewise.
void largest_on_diagonal(ConstMatrixView a, MatrixView result, Workspace& workspace);

/// The exponent e with x = m 2ᵉ, m in [1/2, 1), such that 2ᵉ and 2⁻ᵉ are both normal numbers; 0 where x is not a
/// positive finite number.
CURVEGRAPH_DEVICE inline int exponent_of(real x) {
  constexpr int kLargest = std::numeric_limits<real>::max_exponent - 2;
  if (!(x > 0) || !std::isfinite(x)) return 0;
  int exponent = 0;
  std::frexp(x, &exponent);
  return exponent > kLargest ? kLargest : exponent < -kLargest ? -kLargest : exponent;
}

CURVEGRAPH_DEVICE inline real power_of_two(int exponent) { return std::ldexp(real{1}, exponent); }

/// to = 2^exponent from, in double: the power itself need not be a float.
void scale_by_power(int exponent, ConstMatrixView from, MatrixView to);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
