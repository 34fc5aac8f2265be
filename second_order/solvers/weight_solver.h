#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "framework/matrix_view.h"
#include "framework/optimizers/optimizer.h"
#include "framework/workspace.h"
#include "second_order/algebra/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A direction in the form D = c g + u vᵀ, which often saves the solver and the update a matrix of the weight's size.
/// Parts without data are left out: D = u vᵀ without g, D = u without g and v.
struct Direction {
  real c = 0;
  ConstMatrixView g = {};     ///< nₜ × nₜ₋₁
  ConstMatrixView u = {};     ///< nₜ × r
  ConstMatrixView v = {};     ///< nₜ₋₁ × r
  ConstMatrixView bias = {};  ///< nₜ × 1: the bias's direction, from solvers that join it to the weights
  double slope = 0;           ///< ⟨D, g⟩, with the bias's part where it is joined: below 0 downhill
};

/// W = β W + η D, in one pass over W.
void add_direction(real eta, const Direction& direction, real beta, MatrixView weight);

/// The system of one layer that a solver finds a direction D for: (s M ⊗ G + λI) vec D = -vec g, where M is the second
/// moment of the input or what stands for it, or the factored systems (12) and (13) with λ for α. The paper's (10b) has
/// s = 1-α and λ = α. The gradient g = E[δ hᵀ] is not given: a solver computes it where that is cheaper.
struct WeightSystem {
  ConstMatrixView G;            ///< nₜ × nₜ
  ConstMatrixView delta;        ///< δ, nₜ × B
  ConstMatrixView input;        ///< h, nₜ₋₁ × B
  ConstMatrixView moment = {};  ///< an average to use for A = E[h hᵀ], for solvers that take one; else the batch's
  double share = 1;             ///< s
  double damping = 0;           ///< λ, above 0
  std::optional<double> input_mean = {};  ///< tr A/nₜ₋₁ where it is known
  bool kept = false;                      ///< G and `moment` are as in the last call: factors of them still hold
  double constant = 1;                    ///< the row below h, for solvers that join the bias
};

/// Solves the weight systems of one layer, step after step. A direction is valid until the next solve: it points at
/// memory of the solver and of the system.
class WeightSolver {
 public:
  WeightSolver() = default;
  WeightSolver(const WeightSolver&) = delete;
  WeightSolver& operator=(const WeightSolver&) = delete;
  WeightSolver(WeightSolver&&) = delete;
  WeightSolver& operator=(WeightSolver&&) = delete;
  virtual ~WeightSolver() = default;

  /// Sets `direction` where the summary is usable. After one that is not, the next call keeps nothing.
  virtual SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) = 0;
  /// What a resumed run needs, beside the system, to solve a kept one.
  virtual std::vector<NamedState> state() { return {}; }
};

/// What a solver is made for.
struct SolverOptions {
  Shape weight;        ///< nₜ × nₜ₋₁
  int max_batch = 0;   ///< the largest B
  CgOptions cg = {};   ///< for iterative solvers
  int rank = 1;        ///< of ea-cg's second moment
  bool keeps = false;  ///< systems will be kept: more work for their factors pays
};

/// A way to solve the weight systems, and what it needs.
struct WeightSolverKind {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<WeightSolver> (*make_solver)(const SolverOptions& options) = nullptr;
  bool takes_rank = false;    ///< SolverOptions::rank
  bool takes_moment = false;  ///< WeightSystem::moment
  /// Weights and bias are one matrix, of the input and a constant 1: Direction::bias is set.
  bool joins_bias = false;

  /// For systems of any magnitude, see NormalizedSolver.
  [[nodiscard]] std::unique_ptr<WeightSolver> make(const SolverOptions& options) const;
};

std::span<const WeightSolverKind> weight_solvers();
/// By name; UsageError lists the known names.
const WeightSolverKind& weight_solver(std::string_view name);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
