#pragma once

#include "framework/linalg.h"
#include "framework/matrix_view.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/algebra/status.h"

/// What the method does with symmetric matrices and their columns. A failure is a status: NonFinite for a matrix that
/// is not finite, on which LAPACK may not return, NotPositiveDefinite and EigenFailure.

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

/// Cholesky's factor of s A + cI for a symmetric A: what potrs takes. All n × n. Where there is no factor, a status
/// with the number that is to blame: the smallest eigenvalue of a sum that is not positive definite.
SolveSummary factorize_damped(real scale, ConstMatrixView a, real damping, MatrixView factor, Workspace& workspace);

/// result = (s A + cI) Q, the product with the matrix that was factorized; Q: n × r.
void apply_damped(real scale, ConstMatrixView a, real damping, ConstMatrixView q, MatrixView result);

/// (A + cI)⁻¹ of a symmetric A, to multiply with. As Cholesky's factor of the sum, a product is two triangular solves;
/// as the inverse itself, which costs three times as much, it is a product of matrices: for an inverse that is kept.
class DampedInverse {
 public:
  enum class Form { Factor, Inverse };

  DampedInverse(int n, Form form) : values_(n, n), form_(form) {}

  /// A status as factorize_damped() has it, after which there is nothing to multiply with.
  SolveSummary prepare(ConstMatrixView a, real damping, Workspace& workspace);

  /// result = (A + cI)⁻¹ B, or B (A + cI)⁻¹ from the right, into other memory than that of B.
  void multiply(Side side, ConstMatrixView b, MatrixView result) const;

 private:
  Tensor values_;
  Form form_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
