#pragma once

#include "framework/tensor.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// CG: (10b) with M = A = E[h hᵀ] (11a), by conjugate gradients.
///
/// In the coordinates of RowSpace let M = E Λ Eᵀ and N the diagonal matrix with Xᵀ X = E N Eᵀ. Then V = X E N^(-1/2)
/// has orthonormal columns, Vᵀ A = Λ Vᵀ, and D = Y Vᵀ turns the system into
///
///   (1-α) G Y Λ + αY = -R E N^(1/2)
///
/// with the paper's iterates, step for step: plain inner products, nₜ² per column and iteration, and no second product
/// with A. Then D = Q Xᵀ with Q = Y N^(-1/2) Eᵀ.
class Cg : public WeightSolver {
 public:
  explicit Cg(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  CgOptions options_;
  Tensor q_;  // Q
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
