#pragma once

#include <optional>
#include <vector>

#include "framework/index.h"
#include "framework/optimizers/optimizer.h"
#include "framework/optimizers/weight_average.h"
#include "second_order/layer_factors.h"
#include "second_order/layer_step.h"
#include "second_order/options.h"
#include "second_order/step_control.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The paper's update, layer by layer, weights and biases apart unless the solver joins them:
///
///   (s G + λ'I) d = -E[δ]                    by conjugate gradients                  (10a)
///   (s M ⊗ G + λI) vec D = -vec g            by the solver chosen, or (12), (13)     (10b)
///
/// with s, λ and λ' by the damping, then with ν by the trust region
///
///   v ← μ v + ν (D, d),   (W, b) ← (W, b) + ηₜ v.
///
/// The trust region goes by η, the largest of the schedule's ηₜ, so that shortened steps fall with the schedule too.
/// Where StepControl is guarded, a step that went wrong takes the parameters back to their average, which has the
/// parameters alone whose loss is within reason.
class SecondOrder : public Optimizer {
 public:
  /// Throws UsageError where LayerBlocks and FactorAverages do, and for options out of range.
  explicit SecondOrder(Plan& plan, const SecondOrderOptions& options = {});

  /// propagate(), solve(), update(), as far as they go.
  StepSummary step() override;
  /// The blocks, where they outlive a step, averages, velocities, and what the control has learned.
  std::vector<NamedState> state() override;
  WeightAverage* average() override { return average_ && steps_ > 0 ? &*average_ : nullptr; }
  [[nodiscard]] bool copes_with_any_loss() const override { return control_.guarded(); }
  /// The parts of a step, in this order. After update() the plan's values may be those of the new parameters.
  StepSummary propagate();
  StepSummary solve();
  void update();

  [[nodiscard]] const std::vector<LayerSummary>& layers() const { return summaries_; }
  [[nodiscard]] const LayerBlocks& layer_blocks() const { return factors_.layer_blocks(); }
  /// G as the last step had it: the average where there is one.
  [[nodiscard]] ConstMatrixView block(const WeightedLayer& layer) const {
    return factors_.output_factors()[to_index(layer.layer) - 1];
  }
  /// Σₜ ⟨Dₜ, gₜ⟩ of the last solve(), and the share ν of that direction which the trust region has let through.
  [[nodiscard]] double slope() const { return slope_; }
  [[nodiscard]] double share() const { return share_; }
  /// Of the last step that was checked.
  [[nodiscard]] const StepOutcome& outcome() const { return outcome_; }

 private:
  /// Of the batch, before its step.
  double loss();
  StepSummary refresh();
  StepSummary leave_out(StepGuard::Verdict verdict);
  [[nodiscard]] double learning_rate() const { return options_.learning_rate * options_.schedule.factor(steps_); }
  [[nodiscard]] double predicted_change(StepControl::Check check);
  void check_step();

  Plan& plan_;
  SecondOrderOptions options_;
  LayerFactors factors_;
  StepControl control_;
  std::vector<LayerStep> steps_of_layers_;
  std::vector<LayerSummary> summaries_;
  std::optional<double> loss_;
  double slope_ = 0;
  double share_ = 1;  // ν
  std::optional<WeightAverage> average_;
  StepOutcome outcome_;
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
