#include "second_order/residual.h"

#include <cmath>
#include <cstdint>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary residual_summary(ConstMatrixView b, MatrixView product) {
  axpy(-1, b, product);
  return residual_summary(squared_norm(product), squared_norm(b));
}

SolveSummary residual_summary(double left, double start) {
  if (!std::isfinite(left)) return {.status = SolveStatus::NonFinite, .number = left};
  if (!std::isfinite(start)) return {.status = SolveStatus::NonFinite, .number = start};
  const double residual = start > 0 ? std::sqrt(left / start) : 0;
  return {.status = residual <= 1 ? SolveStatus::Converged : SolveStatus::Inaccurate, .residual = residual};
}

// The mixing function of splitmix64.
void fill_with_signs(MatrixView z) {
  real* out = z.data;
  for_each_index(z.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    std::uint64_t bits = (static_cast<std::uint64_t>(i) + 1) * 0x9e3779b97f4a7c15U;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    out[i] = ((bits ^ (bits >> 31U)) & 1U) != 0 ? real{1} : real{-1};
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
