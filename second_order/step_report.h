#pragma once

#include "second_order/algebra/status.h"
#include "second_order/damping.h"

/// What a SecondOrder optimizer reports of its last step.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How the systems of one layer were damped and solved.
struct LayerSummary {
  int layer = 0;
  SolveSummary weight = {};
  SolveSummary bias = {};
  LayerDamping damping = {};
};

/// What a step did to the loss of its own batch.
struct StepOutcome {
  double predicted = 0;  ///< change of the batch's mean loss by a quadratic model
  double actual = 0;
  bool accepted = true;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
