#include "second_order/dense.h"

#include <cstdint>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double trace(ConstMatrixView a) {
  const std::size_t stride = static_cast<std::size_t>(a.rows) + 1;
  const real* values = a.data;
  return sum_over_index<double>(static_cast<std::size_t>(a.rows), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    return static_cast<double>(values[i * stride]);
  });
}

void scale_columns(ConstMatrixView m, ConstMatrixView d, MatrixView result) {
  const std::size_t rows = static_cast<std::size_t>(m.rows);
  const real* from = m.data;
  const real* factor = d.data;
  real* to = result.data;
  for_each_element(m.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    to[i] = from[i] * factor[col];
  });
}

void sum_columns(real factor, ConstMatrixView m, MatrixView sum, Workspace& workspace) {
  const MatrixView factors = workspace.take(m.cols, 1);
  fill(factors, factor);
  gemv(1, m, Transpose::No, factors, 0, sum);
}

void join_constant(ConstMatrixView h, MatrixView joined, real constant) {
  const std::size_t inputs = static_cast<std::size_t>(h.rows);
  const real* from = h.data;
  real* to = joined.data;
  for_each_element(joined.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    to[row + col * (inputs + 1)] = row < inputs ? from[row + col * inputs] : constant;
  });
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
