#include "second_order/damped_inverse.h"

#include <cmath>

#include "framework/kernel.h"
#include "framework/squared_norm.h"
#include "second_order/eigenvalues.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void damp(real scale, ConstMatrixView a, real damping, MatrixView sum) {
  copy(a, sum);
  scal(scale, sum);
  const std::size_t stride = static_cast<std::size_t>(sum.rows) + 1;
  real* diagonal = sum.data;
  for_each_index(static_cast<std::size_t>(sum.rows),
                 [=] CURVEGRAPH_DEVICE(std::size_t i) { diagonal[i * stride] += damping; });
}

}  // namespace

SolveSummary factorize_damped(real scale, ConstMatrixView a, real damping, MatrixView factor, Workspace& workspace) {
  // LAPACK may loop or return nonsense for what is not finite, so look first.
  const double square = squared_norm(a);
  for (const double number : {square, static_cast<double>(scale), static_cast<double>(damping)}) {
    if (!std::isfinite(number)) return {.status = SolveStatus::NonFinite, .number = number};
  }
  damp(scale, a, damping, factor);
  if (potrf(factor) == 0) return {};
  damp(scale, a, damping, factor);
  const MatrixView eigenvalues = workspace.take(a.rows, 1);
  if (const SolveSummary found = eigenvectors(factor, eigenvalues, workspace); !found.usable()) return found;
  const real smallest = to_host_number({eigenvalues.data, 1, 1});
  return {.status = SolveStatus::NotPositiveDefinite, .number = static_cast<double>(smallest)};
}

void apply_damped(real scale, ConstMatrixView a, real damping, ConstMatrixView q, MatrixView result) {
  copy(q, result);
  symm(scale, a, q, damping, result);
}

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
