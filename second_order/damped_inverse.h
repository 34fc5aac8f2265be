#pragma once

#include "framework/linalg.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

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
