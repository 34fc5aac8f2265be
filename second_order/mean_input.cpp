#include "second_order/mean_input.h"

#include <cmath>

#include "framework/batch_mean.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void MeanInput::set(ConstMatrixView input, Workspace& workspace) {
  fill(direction_, 0);
  add_batch_mean(input, direction_, workspace);
  square_ = dot(direction(), direction());
  if (square_ > 0) scal(1 / std::sqrt(square_), direction_);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
