#pragma once

#include "framework/tensor.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Between EA-CG and CG: (10b) with a second moment of rank r, by conjugate gradients. Beside the mean a = E[h] it
/// takes the r-1 principal directions of the batch's inputs,
///
///   M = a aᵀ + Σᵢ λᵢ vᵢ vᵢᵀ,   E[(h - a)(h - a)ᵀ] vᵢ = λᵢ vᵢ,   λ₁ ≥ λ₂ ≥ ... ≥ λᵣ₋₁:
///
/// a aᵀ (11b) for r = 1 and A = E[h hᵀ] (11a) for r = B. In the space of the batch, with X the inputs and e₁ = 1/√B the
/// constant vector, M = X E Eᵀ Xᵀ/B where the columns of E are e₁ and eigenvectors of the centred Gram matrix. With
/// EᵀXᵀX E/B = F Λ Fᵀ, V = X E F (B Λ)^(-1/2) has orthonormal columns and M = V Λ Vᵀ, so that the paper's iterates are
/// those on the nₜ r + 1 numbers (Z, γ) of D = Z Vᵀ + γ g⊥/‖g⊥‖, as with EA-CG:
///
///   s G Z Λ + λZ = -g V,   λ γ = -‖g⊥‖.
///
/// Beside nₜ² r an iteration this costs the eigenvectors of a B × B matrix.
class EaRank : public WeightSolver {
 public:
  /// Throws UsageError for a rank below 1. Larger ones than the batch are the batch's.
  explicit EaRank(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  CgOptions options_;
  int rank_;
  Tensor right_side_;  // -(g V, ‖g⊥‖)
  Tensor solution_;    // (Z, γ)
  Tensor q_;           // Q of D = Q Xᵀ
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
