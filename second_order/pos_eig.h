#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A = Q Λ Qᵀ becomes Q |Λ| Qᵀ, in place: the paper's Pos-Eig with γ = -1. A: n × n, symmetric. A is left as it was
/// where the summary is not usable.
SolveSummary take_absolute_eigenvalues(MatrixView a, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
