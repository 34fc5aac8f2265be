#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"

/// What solvers do to small dense matrices beside the calls of framework/linalg.h.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Σᵢ aᵢᵢ of a square matrix, in double.
double trace(ConstMatrixView a);

/// tr A/n: the mean eigenvalue of a symmetric n × n matrix.
inline double mean_eigenvalue(ConstMatrixView a) { return trace(a) / a.rows; }

/// m diag(d): each column of m times its number in d. `result` may be m.
void scale_columns(ConstMatrixView m, ConstMatrixView d, MatrixView result);

/// sum = factor (the sum of the columns of m)
void sum_columns(real factor, ConstMatrixView m, MatrixView sum, Workspace& workspace);

/// h with one more row below it, filled with a constant.
void join_constant(ConstMatrixView h, MatrixView joined, real constant = 1);

/// A column z of 1 and -1 that look random and are the same for each length. For a matrix R of residuals the mean of
/// ‖R z‖² over all such columns is ‖R‖²: so ‖R z‖ estimates ‖R‖ at the cost of one column.
void fill_with_signs(MatrixView z);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
