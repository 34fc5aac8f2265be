#include "second_order/trace.h"

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double trace(ConstMatrixView a) {
  const std::size_t stride = static_cast<std::size_t>(a.rows) + 1;
  const real* values = a.data;
  return sum_over_index<double>(static_cast<std::size_t>(a.rows), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    return static_cast<double>(values[i * stride]);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
