#pragma once

#include "framework/tensor.h"
#include "second_order/mean_input.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// EA-CG: (10b) with M = a aᵀ, a = E[h] (11b), by conjugate gradients at O(nₜ²) an iteration.
///
/// Every matrix of the Krylov space has the form γ ĝ + u âᵀ with ĝ = g⊥/‖g⊥‖ and the splitting of MeanInput. Its two
/// parts are orthogonal, so the paper's iterates are those of conjugate gradients on the nₜ + 1 numbers (u, γ) of
///
///   ((1-α) ‖a‖² G + αI) u = -w,   α γ = -‖g⊥‖,
///
/// step for step, with plain inner products. Then D = c g + (u - c w) âᵀ with c = γ/‖g⊥‖.
///
/// All that is needed of g is w and ‖g‖² = Σ (δᵀδ ⊙ hᵀh)/B². Where the batch is small these two products cost less than
/// g and the passes over it, and neither g nor D is ever stored.
class EaCg : public WeightSolver {
 public:
  explicit EaCg(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

  /// Whether g is made for such a weight and batch.
  static bool stores_gradient(Shape weight, int batch);

 private:
  struct GradientSize {
    real square = 0;  // ‖g‖²
    real rest = 0;    // ‖g⊥‖
  };

  /// -(w, ‖g⊥‖) of the system's gradient.
  GradientSize set_right_side(const WeightSystem& system, bool stored, Workspace& workspace);

  CgOptions options_;
  MeanInput mean_;
  Tensor right_side_;  // -(w, ‖g⊥‖)
  Tensor solution_;    // (u, γ)
  Tensor gradient_;    // g, where it is stored
  Tensor q_;           // what MeanInput::combine makes, where it is not
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
