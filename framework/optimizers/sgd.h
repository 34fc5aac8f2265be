#pragma once

#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/optimizers/schedule.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct SgdOptions {
  double learning_rate = 0.1;  ///< η
  double momentum = 0.9;       ///< μ, 0 for none
  LearningRateSchedule schedule = {};
  double weight_decay = 0;  ///< λ, from 0
};

/// Gradient descent with momentum: W ← (1 - ηλ) W for weights only, v ← μ v + E[∂ξ/∂θ], θ ← θ - η v.
class Sgd : public Optimizer {
 public:
  /// Throws UsageError if the plan has no gradients, or a schedule or decay is out of range.
  Sgd(Plan& plan, const SgdOptions& options);

  StepSummary step() override;
  std::vector<NamedState> state() override;

 private:
  Plan& plan_;
  SgdOptions options_;
  std::vector<Tensor> velocity_;  // by parameter
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
