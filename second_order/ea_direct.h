#pragma once

#include "framework/tensor.h"
#include "second_order/mean_input.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What EA-CG converges to, by one Cholesky factor of nₜ × nₜ: with the splitting of MeanInput
///
///   ((1-α) ‖a‖² G + αI) u = -w,   D = -g/α + (u + w/α) âᵀ.
class EaDirect : public WeightSolver {
 public:
  explicit EaDirect(const SolverOptions& options);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  MeanInput mean_;
  Tensor q_;  // what MeanInput::combine makes
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
