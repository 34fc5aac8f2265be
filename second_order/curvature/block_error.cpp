#include "second_order/curvature/block_error.h"

#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"

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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
