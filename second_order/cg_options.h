#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct CgOptions {
  int max_iterations = 50;  ///< max_cg
  double tolerance = 0.1;   ///< ε_cg: stop at ‖r‖ ≤ ε_cg ‖b‖
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
