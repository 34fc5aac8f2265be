#include "second_order/eigenvalues.h"

#include <cmath>
#include <vector>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary eigenvectors(MatrixView a, MatrixView eigenvalues, Workspace& workspace) {
  if (const double square = squared_norm(a); !std::isfinite(square)) {
    return {.status = SolveStatus::NonFinite, .number = square};
  }
  if (const int info = syevd(a, eigenvalues, workspace); info != 0) {
    return {.status = SolveStatus::EigenFailure, .number = static_cast<double>(info)};
  }
  return {};
}

SolveSummary take_absolute_eigenvalues(MatrixView a, Workspace& workspace) {
  const MatrixView vectors = workspace.take(a.rows, a.cols);
  const MatrixView scaled = workspace.take(a.rows, a.cols);
  const MatrixView values = workspace.take(a.rows, 1);
  copy(a, vectors);
  if (const SolveSummary found = eigenvectors(vectors, values, workspace); !found.usable()) return found;

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

EigenvalueRange eigenvalue_range(ConstMatrixView block, Workspace& workspace) {
  const MatrixView vectors = workspace.take(block.rows, block.cols);
  const MatrixView values = workspace.take(block.rows, 1);
  copy(block, vectors);
  if (const SolveSummary found = eigenvectors(vectors, values, workspace); !found.usable()) return {.summary = found};
  const std::vector<real> ascending = to_host(values);
  return {.smallest = static_cast<double>(ascending.front()), .largest = static_cast<double>(ascending.back())};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
