#include "second_order/residual.h"

#include <cmath>

#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary residual_summary(ConstMatrixView b, MatrixView product) {
  axpy(-1, b, product);
  const double start = static_cast<double>(dot(b, b));
  const double left = static_cast<double>(dot(product, product));
  if (!std::isfinite(left)) return {.status = SolveStatus::NonFinite, .number = left};
  return {.residual = start > 0 ? std::sqrt(left / start) : 0};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
