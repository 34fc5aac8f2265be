#include "framework/squared_norm.h"

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double squared_norm(ConstMatrixView x) {
  const real* values = x.data;
  return sum_over_index<double>(x.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    return static_cast<double>(values[i]) * static_cast<double>(values[i]);
  });
}

double inner_product(ConstMatrixView x, ConstMatrixView y) {
  const real* left = x.data;
  const real* right = y.data;
  return sum_over_index<double>(x.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    return static_cast<double>(left[i]) * static_cast<double>(right[i]);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
