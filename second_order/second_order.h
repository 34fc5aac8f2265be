#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "framework/optimizer.h"
#include "framework/schedule.h"
#include "framework/weight_average.h"
#include "second_order/by_network.h"
#include "second_order/damping.h"
#include "second_order/factor_averages.h"
#include "second_order/propagate.h"
#include "second_order/step_guard.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct SecondOrderOptions {
  const Curvature* curvature = &pch_1;
  const WeightSolverKind* solver = &weight_solver("ea-cg");
  double learning_rate = 0.1;   ///< η
  DampingOptions damping = {};  ///< of each system
  double trust_region = 0;      ///< κ: the predicted change of a step is at most that share of the loss; 0: none
  double momentum = 0;          ///< μ, in [0, 1)
  double averaging = 0;         ///< β of the Kronecker factors, see FactorAverages; 0: none; or kByNetwork
  int average_inputs = FactorAverages::widest;  ///< a network without a layer of more inputs is narrow: A is averaged
  CgOptions cg = {};                            ///< for the bias systems and for the iterative solvers
  int rank = 1;                                 ///< of ea-cg, see EaRank
  int curvature_every = 1;  ///< the blocks are made anew every that many steps, and kept between; or kByNetwork
  double product_share =
      Recursion::kAlwaysFresh;  ///< of a layer's work that its products Wᵀ G W may take, see Recursion
  std::uint64_t seed = 1;       ///< of the targets that a sampled curvature draws
  LearningRateSchedule schedule = {};
  double weight_decay = 0;     ///< from 0: W ← (1 - η decay) W at each step, weights alone
  double average_weights = 0;  ///< share of the steps so far whose parameters a WeightAverage has the mean of; 0: none
};

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
///
/// With a trust region and an average of the weights, a StepGuard judges the steps: the average is what parameters go
/// back to after a step that went wrong, and takes only those whose loss is in reason.
class SecondOrder : public Optimizer {
 public:
  /// How the systems of one layer were solved in the last step.
  struct LayerSummary {
    int layer = 0;
    SolveSummary weight = {};
    SolveSummary bias = {};
    LayerDamping damping = {};
  };

  /// What the last step that was measured has brought, for the damping to go by.
  struct Measurement {
    double predicted = 0;  ///< change of the batch's mean loss by the quadratic model, see predicted_change()
    double actual = 0;
    bool accepted = true;
  };

  /// Throws UsageError where Propagation and FactorAverages do, and for options out of range.
  SecondOrder(Plan& plan, const SecondOrderOptions& options);

  /// propagate(), solve(), update(), as far as they go.
  StepSummary step() override;
  /// The blocks, where they outlive a step, averages, velocities, and what the damping has learned.
  std::vector<NamedState> state() override;
  WeightAverage* average() override { return average_ && steps_ > 0 ? &*average_ : nullptr; }
  [[nodiscard]] bool copes_with_any_loss() const override { return guard_.has_value(); }
  /// The parts of a step, in this order. After update() the plan's values may be those of the new parameters.
  StepSummary propagate();
  StepSummary solve();
  void update();

  [[nodiscard]] const std::vector<LayerSummary>& layers() const { return summaries_; }
  [[nodiscard]] const Propagation& propagation() const { return propagation_; }
  /// Gᵗ as the last step had it: averaged where it is told to.
  [[nodiscard]] ConstMatrixView block(const LayerBlock& layer) const {
    return blocks_[static_cast<std::size_t>(layer.layer) - 1];
  }
  /// Σₜ ⟨Dₜ, gₜ⟩ of the last solve(), and the share ν of that direction which the trust region has let through.
  [[nodiscard]] double slope() const { return slope_; }
  [[nodiscard]] double share() const { return share_; }
  [[nodiscard]] const Measurement& measurement() const { return measurement_; }

 private:
  struct LayerState {
    std::unique_ptr<WeightSolver> solver;
    Direction direction = {};
    Tensor bias_right_side;
    Tensor bias_direction;
    Tensor weight_velocity;
    Tensor bias_velocity;
  };

  void solve_layer(std::size_t i);
  SolveSummary solve_bias(std::size_t i);
  [[nodiscard]] double input_mean(std::size_t i) const;
  [[nodiscard]] double learning_rate() const { return options_.learning_rate * options_.schedule.factor(steps_); }
  StepSummary leave_out(StepGuard::Verdict verdict);
  void clear_velocities();
  void judge();
  void measure(real eta);
  [[nodiscard]] MatrixView parameter(int index) const {
    return plan_.graph().parameters()[static_cast<std::size_t>(index)];
  }

  Plan& plan_;
  SecondOrderOptions options_;
  Propagation propagation_;
  FactorAverages averages_;
  std::unique_ptr<Damping> damping_;
  bool kept_ = false;  // the blocks are those of the step before
  std::vector<LayerState> states_;
  std::vector<LayerSummary> summaries_;
  std::vector<ConstMatrixView> blocks_;  // by layer
  double loss_ = 0;                      // of the batch, where it is asked for
  double slope_ = 0;
  double share_ = 1;  // ν
  std::optional<WeightAverage> average_;
  std::optional<StepGuard> guard_;
  Measurement measurement_;
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
