#include "second_order/direction.h"

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// W = β W + η u
void add_matrix(real eta, ConstMatrixView u, real beta, MatrixView weight) {
  if (u.shape() != weight.shape()) {
    throw UsageError(
        fmt::format("direction: {} does not fit a {} weight", to_string(u.shape()), to_string(weight.shape())));
  }
  const real* from = u.data;
  real* w = weight.data;
  for_each_index(weight.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { w[i] = beta * w[i] + eta * from[i]; });
}

}  // namespace

void add_direction(real eta, const Direction& direction, real beta, MatrixView weight) {
  if (!direction.g) {
    if (direction.v) {
      gemm(eta, direction.u, Transpose::No, direction.v, Transpose::Yes, beta, weight);
    } else {
      add_matrix(eta, direction.u, beta, weight);
    }
    return;
  }
  if (direction.g.shape() != weight.shape() || direction.u.shape() != Shape{weight.rows, 1} ||
      direction.v.shape() != Shape{weight.cols, 1}) {
    throw UsageError(fmt::format("direction: {}, {} and {} do not fit a {} weight, expected u and v of one column",
                                 to_string(direction.g.shape()), to_string(direction.u.shape()),
                                 to_string(direction.v.shape()), to_string(weight.shape())));
  }
  const std::size_t rows = static_cast<std::size_t>(weight.rows);
  const real scaled = eta * direction.c;
  const real* g = direction.g.data;
  const real* u = direction.u.data;
  const real* v = direction.v.data;
  real* w = weight.data;
  for_each_element(weight.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    w[i] = beta * w[i] + scaled * g[i] + eta * v[col] * u[row];
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
