#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "second_order/layer_factors.h"
#include "second_order/options.h"
#include "second_order/solvers/weight_solver.h"
#include "second_order/step_report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The step of one layer: solves its two systems, and moves its weights and biases.
class LayerStep {
 public:
  /// Layer number `index` of the factors, from 0. `velocity`: the step is moved by way of a velocity, with momentum or
  /// to be taken back.
  LayerStep(Plan& plan, const LayerFactors& factors, std::size_t index, const SecondOrderOptions& options,
            bool velocity);

  /// Solves the systems of the plan's last gradients. A system that is not positive definite, or not by enough for its
  /// solution to be accurate, is damped more and more where the damping can be raised.
  void solve(const Damping& damping, bool relative, Workspace& workspace);
  [[nodiscard]] const LayerSummary& summary() const { return summary_; }
  /// ⟨D, g⟩ of weights and biases.
  [[nodiscard]] double slope() const { return slope_; }

  /// v ← μ v + ν (D, d), (W, b) ← (W, b) + η v
  void move(real eta, real nu, real mu);
  /// (W, b) ← (W, b) - η v, which needs a velocity.
  void take_back(real eta);
  void clear_velocity();

  /// What later steps take over from earlier ones.
  std::vector<NamedState> state();

 private:
  SolveSummary solve_bias(Workspace& workspace);

  Plan* plan_;
  const LayerFactors* factors_;
  std::size_t index_;
  CgOptions cg_;
  bool joins_bias_;
  std::unique_ptr<WeightSolver> solver_;
  MatrixView weight_;
  MatrixView bias_;
  int bias_parameter_;
  Direction direction_ = {};
  double slope_ = 0;
  LayerSummary summary_;
  Tensor bias_right_side_;
  Tensor bias_direction_;
  Tensor weight_velocity_;
  Tensor bias_velocity_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
