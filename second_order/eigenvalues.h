#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"
#include "second_order/status.h"

/// Eigenvalues of symmetric matrices. A failure is a status: NonFinite for a matrix that is not finite, on which LAPACK
/// may not return, and EigenFailure.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A = Q diag(λ) Qᵀ, with A replaced by Q; λ: n × 1, ascending. The lower triangle of A is read.
SolveSummary eigenvectors(MatrixView a, MatrixView eigenvalues, Workspace& workspace);

/// A = Q Λ Qᵀ becomes Q |Λ| Qᵀ, in place: the paper's Pos-Eig with γ = -1. A stays as it was after a failure.
SolveSummary take_absolute_eigenvalues(MatrixView a, Workspace& workspace);

struct EigenvalueRange {
  SolveSummary summary = {};  ///< where it is not usable, the numbers below say nothing
  double smallest = 0;
  double largest = 0;
};

/// The ends of the spectrum of a block, which is left as it is.
EigenvalueRange eigenvalue_range(ConstMatrixView block, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
