#include "second_order/damped_inverse.h"

#include "second_order/damped_factor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary DampedInverse::prepare(ConstMatrixView a, real damping, Workspace& workspace) {
  const SolveSummary factorized = factorize_damped(1, a, damping, values_, workspace);
  if (factorized.usable() && form_ == Form::Inverse) potri(values_);
  return factorized;
}

void DampedInverse::multiply(Side side, ConstMatrixView b, MatrixView result) const {
  if (form_ == Form::Factor) {
    copy(b, result);
    potrs(side, values_, result);
  } else if (side == Side::Left) {
    gemm(1, values_, Transpose::No, b, Transpose::No, 0, result);
  } else {
    gemm(1, b, Transpose::No, values_, Transpose::No, 0, result);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
