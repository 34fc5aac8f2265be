#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Cholesky's factor of s A + cI for a symmetric A: what potrs takes. All n × n. A status with the offending number
/// (the smallest eigenvalue where the sum is not positive definite) is returned where there is no factor.
SolveSummary factorize_damped(real scale, ConstMatrixView a, real damping, MatrixView factor, Workspace& workspace);

/// Q = s A Q' + c Q, the product with the matrix that was factorized; Q' and Q: n × r.
void apply_damped(real scale, ConstMatrixView a, real damping, ConstMatrixView q, MatrixView result);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
