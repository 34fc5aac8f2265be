#pragma once

#include "framework/matrix_view.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How a direct solver ended: the relative residual ‖b - A x‖/‖b‖, Inaccurate where it is above 1, or NonFinite. b: the
/// right-hand side; `product`: A x, overwritten.
SolveSummary residual_summary(ConstMatrixView b, MatrixView product);

/// The same from the squares of the two norms, in this order.
SolveSummary residual_summary(double left, double start);

/// A column z of 1 and -1, always the same for its length, as good as random. For a matrix R of residuals
/// E‖R z‖² = ‖R‖², the mean over all such columns: so ‖R z‖ says how large R is, for the price of a column.
void fill_with_signs(MatrixView z);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
