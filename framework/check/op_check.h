#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/op.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The point at which the rules of an op are checked: inputs, parameters, and what arrives from above, for B samples.
struct OpPoint {
  std::vector<Tensor> x;
  std::vector<Tensor> parameters;
  Tensor dy;  ///< n_y × B
  Tensor H;   ///< n_y × n_y, symmetric; not used for a criterion
};

/// The deviation of one rule from central differences of the rule that it is the derivative of.
struct RuleError {
  std::string_view rule;  ///< "gradient", "parameter gradient", "curvature", "residual", "tangent" or "factor"
  /// The largest |found - expected| / scale. The scale is the largest |expected|, but at least 0.1, and at least a
  /// tenth of the values whose differences were taken.
  double relative = 0;
  std::string worst = {};  ///< that entry: "dx[0](3, 1): found 0.2, expected 0.3"
};

/// Compares the rules at one point:
///   dx, dparameters   with differences of forward, times dy
///   E[Jᵀ H J]         with J from differences of forward (of a criterion: with differences of backward)
///   residual          with differences of backward at constant dy, which must be diagonal too
///   tangent, factor   where the op has these rules, see tangent_factor.h
/// Meant for double: the differences are then good to about 1e-9. Keep piecewise linear ops away from their kinks by
/// more than the step. Throws UsageError where the op has no curvature rule.
std::vector<RuleError> check_op(const Op& op, const OpPoint& point, double step = 1e-5);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
