#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "framework/optimizer.h"
#include "framework/schedule.h"
#include "second_order/propagate.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct SecondOrderOptions {
  const Curvature* curvature = &pch_1;
  const WeightSolverKind* solver = &weight_solver("ea-cg");
  double learning_rate = 0.1;  ///< η
  double alpha = 0.02;         ///< α, in (0, 1]: the share of the identity in each system
  CgOptions cg = {};           ///< for the bias systems and for the iterative solvers
  int curvature_every = 1;     ///< the blocks are made anew every that many steps, and kept between
  std::uint64_t seed = 1;      ///< of the targets that a sampled curvature draws
  LearningRateSchedule schedule = {};
  double weight_decay = 0;  ///< λ, from 0: W ← (1 - ηλ) W before the step, weights alone
};

/// The paper's update, layer by layer, weights and biases apart:
///
///   ((1-α) G + αI) d = -E[δ]                 by conjugate gradients                  (10a)
///   ((1-α) M ⊗ G + αI) vec D = -vec g        by the solver chosen, or (12), (13)     (10b)
///   b ← b + η d,   W ← W + η D
class SecondOrder : public Optimizer {
 public:
  /// How the systems of one layer were solved in the last step.
  struct LayerSummary {
    int layer = 0;
    SolveSummary weight = {};
    SolveSummary bias = {};
  };

  /// Throws UsageError where Propagation does, and for options out of range.
  SecondOrder(Plan& plan, const SecondOrderOptions& options);

  /// propagate(), solve(), update(), as far as they go.
  StepSummary step() override;
  /// The blocks, where they outlive a step.
  std::vector<NamedState> state() override;
  /// The parts of a step, in this order.
  StepSummary propagate();
  StepSummary solve();
  void update();

  [[nodiscard]] const std::vector<LayerSummary>& layers() const { return summaries_; }
  [[nodiscard]] const Propagation& propagation() const { return propagation_; }

 private:
  struct LayerState {
    std::unique_ptr<WeightSolver> solver;
    Direction direction = {};
    Tensor bias_right_side;
    Tensor bias_direction;
  };

  SolveSummary solve_bias(const LayerBlock& layer, LayerState& state);

  Plan& plan_;
  SecondOrderOptions options_;
  Propagation propagation_;
  std::vector<LayerState> states_;
  std::vector<LayerSummary> summaries_;
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
