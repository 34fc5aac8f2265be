#pragma once

#include "framework/tensor.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// KFI with a aᵀ, a = E[h], for A (13): D = -(G + (√α/π) I)⁻¹ g (a aᵀ + cI)⁻¹, c = π√α with A's own trace in π.
///
/// With a = X e and q = Xᵀ a of RowSpace, Sherman and Morrison's formula gives D = Q Xᵀ with
///
///   Q = -(1/c) (G + c'I)⁻¹ (R - (R q) eᵀ/(c + eᵀq)),
///
/// one Cholesky factor of nₜ × nₜ. The residual reported is that of one column, as Kfi's.
class KfiRankOne : public WeightSolver {
 public:
  explicit KfiRankOne(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  Tensor q_;  // Q
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
