#pragma once

#include "framework/tensor.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// EA-CG: (10b) with M = a aᵀ, a = E[h] (11b), by conjugate gradients at O(nₜ²) an iteration.
///
/// With â = a/‖a‖, split every nₜ × nₜ₋₁ matrix of the Krylov space into  γ ĝ + u âᵀ,  ĝ = g⊥/‖g⊥‖,  g⊥ = g - w âᵀ,
/// w = g â. Since ĝ â = 0 the two parts are orthogonal, and the system falls apart into
///
///   ((1-α) ‖a‖² G + αI) u = -w,   α γ = -‖g⊥‖,
///
/// so the paper's iterates are those of conjugate gradients on the nₜ + 1 numbers (u, γ), step for step, with plain
/// inner products. Then D = c g + (u - c w) âᵀ with c = γ/‖g⊥‖.
class EaCg : public WeightSolver {
 public:
  EaCg(Shape weight, const CgOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  CgOptions options_;
  Tensor mean_direction_;  // â, nₜ₋₁
  Tensor right_side_;      // -(w, ‖g⊥‖)
  Tensor solution_;        // (u, γ)
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
