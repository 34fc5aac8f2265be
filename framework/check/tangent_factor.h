#pragma once

#include "framework/check/op_check.h"

/// Checks of the rules `tangent` and `factor_hessian`. Parts of check_op().

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// ẏ against differences of forward along a line, and ÿ against differences of ẏ.
RuleError check_tangent(const Op& op, const OpPoint& point, double step);

/// Of a criterion, for each sample: S Sᵀ against M, the differences of backward, where M is positive semi-definite;
/// else S Sᵀ - M must be. And S r + rest against the gradient.
RuleError check_factor(const Op& op, const OpPoint& point, double step);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
