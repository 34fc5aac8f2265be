#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/curvature/layer_blocks.h"
#include "second_order/options.h"
#include "second_order/step_report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class LayerFactors;
class LayerStep;
class StepControl;

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
/// With a trust region and an average of the weights, a step that went wrong takes the parameters back to their
/// average. The average contains only parameters whose loss is within reason.
class SecondOrder : public Optimizer {
 public:
  /// Throws UsageError for options out of range, and for a graph or a criterion that the curvature does not handle (see
  /// LayerBlocks).
  explicit SecondOrder(Plan& plan, const SecondOrderOptions& options = {});
  ~SecondOrder() override;

  /// propagate(), solve(), update(), as far as they go.
  StepSummary step() override;
  /// The blocks, where they outlive a step, averages, velocities, and what the control has learned.
  std::vector<NamedState> state() override;
  WeightAverage* average() override { return steps_ > 0 ? average_.get() : nullptr; }
  [[nodiscard]] bool copes_with_any_loss() const override;
  /// The parts of a step, in this order. After update() the plan's values may be those of the new parameters.
  StepSummary propagate();
  StepSummary solve();
  void update();

  [[nodiscard]] const std::vector<LayerSummary>& layers() const { return summaries_; }
  [[nodiscard]] const LayerBlocks& layer_blocks() const;
  /// G as the last step used it: the average, if there is one.
  [[nodiscard]] ConstMatrixView block(const WeightedLayer& layer) const;
  /// Σₜ ⟨Dₜ, gₜ⟩ of the last solve(), and the share ν of that direction which the trust region has let through.
  [[nodiscard]] double slope() const { return slope_; }
  [[nodiscard]] double share() const { return share_; }
  /// Of the last step that was checked.
  [[nodiscard]] const StepOutcome& outcome() const { return outcome_; }

 private:
  /// Of the batch, before its step.
  double loss();
  StepSummary refresh();
  StepSummary leave_out(bool parameters_at_fault);
  [[nodiscard]] double learning_rate() const;
  void check_step();

  Plan& plan_;
  SecondOrderOptions options_;
  std::unique_ptr<LayerFactors> factors_;
  std::unique_ptr<StepControl> control_;
  std::vector<LayerStep> steps_of_layers_;
  std::vector<LayerSummary> summaries_;
  std::optional<double> loss_;
  double slope_ = 0;
  double share_ = 1;  // ν
  std::unique_ptr<WeightAverage> average_;
  StepOutcome outcome_;
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
