#pragma once

#include "framework/tensor.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// KFI: D = -(G + (√α/π) I)⁻¹ g (A + π√α I)⁻¹, A = E[h hᵀ] (12).
///
/// With Xᵀ A = M Xᵀ of RowSpace, Xᵀ (A + cI)⁻¹ = (M + cI)⁻¹ Xᵀ: so D = Q Xᵀ with Q = -(G + c'I)⁻¹ R (M + cI)⁻¹, two
/// Cholesky factors. In the space of the batch that is Woodbury's identity, exact. The residual reported is that of Q.
class Kfi : public WeightSolver {
 public:
  explicit Kfi(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  Tensor q_;  // Q
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
