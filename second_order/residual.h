#pragma once

#include "framework/matrix_view.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How a direct solver ended: ‖b - A x‖/‖b‖, or NonFinite. b: the right-hand side; `product`: A x, overwritten.
SolveSummary residual_summary(ConstMatrixView b, MatrixView product);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
