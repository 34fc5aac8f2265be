#include "second_order/pos_eig.h"

#include <cmath>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary take_absolute_eigenvalues(MatrixView a, Workspace& workspace) {
  const MatrixView vectors = workspace.take(a.rows, a.cols);
  const MatrixView scaled = workspace.take(a.rows, a.cols);
  const MatrixView values = workspace.take(a.rows, 1);
  // LAPACK may loop or crash on NaN, so look first.
  const double square = squared_norm(a);
  if (!std::isfinite(square)) return {.status = SolveStatus::NonFinite, .number = square};
  copy(a, vectors);
  const int info = syevd(vectors, values, workspace);
  if (info != 0) return {.status = SolveStatus::EigenFailure, .number = static_cast<double>(info)};

  const std::size_t rows = static_cast<std::size_t>(a.rows);
  const real* q = vectors.data;
  const real* lambda = values.data;
  real* out = scaled.data;
  for_each_element(scaled.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    out[i] = q[i] * std::abs(lambda[col]);
  });
  gemm(1, scaled, Transpose::No, vectors, Transpose::Yes, 0, a);
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
