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
class EaCg : public WeightSolver {
 public:
  explicit EaCg(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  CgOptions options_;
  MeanInput mean_;
  Tensor right_side_;  // -(w, ‖g⊥‖)
  Tensor solution_;    // (u, γ)
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
