#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "framework/matrix_view.h"
#include "framework/workspace.h"
#include "second_order/conjugate_gradients.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The system (10b) of one layer, ((1-α) M ⊗ G + αI) vec D = -vec g, where the solver chooses M, the second moment of
/// the layer's input or what stands for it.
struct WeightSystem {
  ConstMatrixView G;         ///< nₜ × nₜ
  ConstMatrixView gradient;  ///< g, nₜ × nₜ₋₁
  ConstMatrixView input;     ///< h, nₜ₋₁ × B
  double alpha = 0;          ///< α, in (0, 1]
};

/// A direction in the form D = c g + u vᵀ, which spares both the solver and the update a matrix of the weight's size.
struct Direction {
  real gradient = 0;  ///< c
  ConstMatrixView u;  ///< nₜ × r
  ConstMatrixView v;  ///< nₜ₋₁ × r
};

/// Solves the weight systems of one layer, step after step; owns what its directions point at until the next solve.
class WeightSolver {
 public:
  WeightSolver() = default;
  WeightSolver(const WeightSolver&) = delete;
  WeightSolver& operator=(const WeightSolver&) = delete;
  WeightSolver(WeightSolver&&) = delete;
  WeightSolver& operator=(WeightSolver&&) = delete;
  virtual ~WeightSolver() = default;

  /// `direction` is set where the summary is usable.
  virtual SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) = 0;
};

/// A kind of solver: `make` gives one for a layer whose weight has that shape.
struct WeightSolverKind {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<WeightSolver> (*make)(Shape weight, const CgOptions& options) = nullptr;
};

std::span<const WeightSolverKind> weight_solvers();
/// By name; UsageError lists the known names.
const WeightSolverKind& weight_solver(std::string_view name);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
