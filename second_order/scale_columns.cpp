#include "second_order/scale_columns.h"

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
