#include "second_order/recommended.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SecondOrderOptions recommended_options() {
  return {.curvature = &pch_1,
          .solver = &weight_solver("kfi-joined"),
          .learning_rate = 0.1,
          .damping = {.kind = DampingKind::Relative, .rho = 0.1},
          .trust_region = 0.003,
          .averaging = kByNetwork,
          .average_inputs = 128,
          .curvature_every = kByNetwork,
          .weight_decay = 0.005,
          .average_weights = 0.1};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
