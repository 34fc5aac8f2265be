#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/op.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Where the rules of an op are looked at: inputs, parameters, and what arrives from above, all with B columns.
struct OpPoint {
  std::vector<Tensor> x;
  std::vector<Tensor> parameters;
  Tensor dy;  ///< n_y × B
  Tensor H;   ///< n_y × n_y, symmetric; without meaning for a criterion
};

/// How far one rule is from central differences of the rule below it.
struct RuleError {
  std::string_view rule;  ///< "gradient", "parameter gradient", "curvature" or "residual"
  /// The largest |found - expected|, relative to the largest |expected|, but at least to 0.1 and to a tenth of the
  /// values whose differences were taken.
  double relative = 0;
  std::string worst = {};  ///< that entry: "dx[0](3, 1): found 0.2, expected 0.3"
};

/// Compares, at one point,
///   dx, dparameters   with differences of forward, times dy
///   E[Jᵀ H J]         with J from differences of forward (of a criterion: with differences of backward)
///   residual          with differences of backward at constant dy; that it is diagonal too
/// Meant for double: the differences are then good to about 1e-9. Keep piecewise linear ops away from their kinks by
/// more than the step. Throws UsageError where the op has no curvature rule.
std::vector<RuleError> check_op(const Op& op, const OpPoint& point, double step = 1e-5);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
