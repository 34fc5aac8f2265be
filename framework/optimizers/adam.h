#pragma once

#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/optimizers/schedule.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct AdamOptions {
  double learning_rate = 0.001;  ///< η
  double beta_1 = 0.9;           ///< β₁, in [0, 1)
  double beta_2 = 0.999;         ///< β₂, in [0, 1)
  double epsilon = 1e-8;         ///< ε, above 0
  LearningRateSchedule schedule = {};
  double weight_decay = 0;  ///< λ, from 0; above 0 this is AdamW
};

/// Adam (Kingma and Ba 2015). Step t = 1, 2, ..., elementwise, with g = E[∂ξ/∂θ]:
///
///   W ← (1 - ηλ) W                                          weights only
///   m ← β₁ m + (1-β₁) g     v ← β₂ v + (1-β₂) g²
///   θ ← θ - η m̂/(√v̂ + ε)    m̂ = m/(1-β₁ᵗ),  v̂ = v/(1-β₂ᵗ)
class Adam : public Optimizer {
 public:
  /// Throws UsageError if the plan has no gradients or an option is out of range.
  Adam(Plan& plan, const AdamOptions& options);

  StepSummary step() override;
  /// The moments. set_steps() restores their corrections.
  std::vector<NamedState> state() override;

 private:
  Plan& plan_;
  AdamOptions options_;
  std::vector<Tensor> first_;   // m, by parameter
  std::vector<Tensor> second_;  // v, by parameter
  Tensor gradient_;             // for the parameters that the plan leaves out, one at a time; as large as the largest
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
