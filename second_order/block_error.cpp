#include "second_order/block_error.h"

#include <cmath>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

BlockError block_error(ConstMatrixView g, ConstMatrixView absolute) {
  if (g.shape() != absolute.shape()) {
    throw UsageError(fmt::format("block error: a {} block against a {} one, expected the same shape",
                                 to_string(g.shape()), to_string(absolute.shape())));
  }
  const real* left = g.data;
  const real* right = absolute.data;
  // In double: blocks of deep sigmoid layers are so small that their squares vanish in float.
  const double square = sum_over_index<double>(g.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    const double difference = static_cast<double>(left[i]) - static_cast<double>(right[i]);
    return difference * difference;
  });
  if (!std::isfinite(square)) return {.summary = {.status = SolveStatus::NonFinite, .number = square}};
  return {.value = std::sqrt(square)};
}

double total_error(std::span<const double> errors) {
  double square = 0;
  for (const double error : errors) square += error * error;
  return std::sqrt(square);
}

EigenvalueRange eigenvalue_range(ConstMatrixView block, Workspace& workspace) {
  const MatrixView vectors = workspace.take(block.rows, block.cols);
  const MatrixView values = workspace.take(block.rows, 1);
  const double square = squared_norm(block);
  // LAPACK may loop or crash on NaN, so look first.
  if (!std::isfinite(square)) return {.summary = {.status = SolveStatus::NonFinite, .number = square}};
  copy(block, vectors);
  const int info = syevd(vectors, values, workspace);
  if (info != 0) return {.summary = {.status = SolveStatus::EigenFailure, .number = static_cast<double>(info)}};
  const std::vector<real> ascending = to_host(values);
  return {.smallest = static_cast<double>(ascending.front()), .largest = static_cast<double>(ascending.back())};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
