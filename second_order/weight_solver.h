#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "framework/matrix_view.h"
#include "framework/optimizers/optimizer.h"
#include "framework/workspace.h"
#include "second_order/direction.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What the solvers make a direction D of, for one layer: (s M ⊗ G + λI) vec D = -vec g with M the second moment of the
/// input or what stands for it, or the factored systems (12) and (13) with λ for α. The paper's (10b) has s = 1-α and
/// λ = α. The gradient g = E[δ hᵀ] is not given: a solver makes it where it is the cheaper way.
struct WeightSystem {
  ConstMatrixView G;            ///< nₜ × nₜ
  ConstMatrixView delta;        ///< δ, nₜ × B
  ConstMatrixView input;        ///< h, nₜ₋₁ × B
  ConstMatrixView moment = {};  ///< of solvers that take one: an average to use for A = E[h hᵀ]; else the batch's
  double share = 1;             ///< s
  double damping = 0;           ///< λ, above 0
  std::optional<double> input_mean = {};  ///< tr A/nₜ₋₁ where it is known
  bool kept = false;                      ///< G and `moment` are as in the last call, so what was made of them holds
  double constant = 1;                    ///< of solvers that join the bias: what stands below h
};

/// Solves the weight systems of one layer, step after step. Directions point at memory of the solver and of the system
/// that they solve, until the next solve.
class WeightSolver {
 public:
  WeightSolver() = default;
  WeightSolver(const WeightSolver&) = delete;
  WeightSolver& operator=(const WeightSolver&) = delete;
  WeightSolver(WeightSolver&&) = delete;
  WeightSolver& operator=(WeightSolver&&) = delete;
  virtual ~WeightSolver() = default;

  /// `direction` is set where the summary is usable. After one that is not the next call starts afresh.
  virtual SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) = 0;
  /// What a solve of a kept system goes by, beside the system, in a run that is resumed.
  virtual std::vector<NamedState> state() { return {}; }
};

/// What a solver is made for.
struct SolverOptions {
  Shape weight;        ///< nₜ × nₜ₋₁
  int max_batch = 0;   ///< the largest B
  CgOptions cg = {};   ///< of the iterative ones
  int rank = 1;        ///< of ea-cg: of what it takes for the second moment
  bool keeps = false;  ///< systems will be kept: what is made of one is worth more work
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
