#pragma once

#include <cstdint>

#include "second_order/damping.h"
#include "second_order/solvers/weight_solver.h"
#include "tests/support/matrices.h"

/// Systems of one layer on the host, and plain full-size ways to solve them, to hold the solvers against.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct System {
  Matrix G, gradient, delta, input;
  double alpha = 0;
  Matrix moment = Matrix(0, 0);  ///< an average that stands for the input's second moment; empty: none
};

/// G positive definite, gradient = delta inputᵀ/B.
System random_system(int outputs, int inputs, int batch, double alpha, std::uint64_t seed = 1);

/// a = E[h] and A = E[h hᵀ].
Matrix mean(const Matrix& input);
Matrix second_moment(const Matrix& input);

/// Σ aᵢⱼ bᵢⱼ
double inner(const Matrix& a, const Matrix& b);

struct Solution {
  Matrix D;  ///< empty where the summary is not usable
  SolveSummary summary;
  Matrix bias = Matrix(0, 0);  ///< of a solver that joins it
  double slope = 0;            ///< what the solver says ⟨D, g⟩ is
};

/// `kept`: the block is that of the solver's last system, whatever the system says.
Solution solve(WeightSolver& solver, const System& system, Workspace& workspace, bool kept = false);
/// With s and λ that are not those of the system's alpha.
Solution solve(WeightSolver& solver, const System& system, const LayerDamping& damping, Workspace& workspace,
               bool kept = false);
Solution solve(const WeightSolverKind& kind, const System& system, const CgOptions& options = {}, int rank = 1);

/// tr G/nₜ, and tr A/nₜ₋₁ of the batch or the average, with the constant 1 where the solver of that name joins it.
double output_mean(const System& system);
double input_mean(std::string_view solver, const System& system);

/// h with a constant 1 below it.
Matrix with_constant(const Matrix& input);

/// The matrix S of the system S vec D = -vec g that a solver of that name is for.
Matrix kronecker_system(std::string_view solver, const System& system);
/// g, with a column for the bias where the solver of that name joins it.
Matrix joined_gradient(std::string_view solver, const System& system);
/// D, with a column for the bias where there is one.
Matrix joined_direction(const Solution& solution);
/// The system's solution, likewise.
Matrix dense_direction(std::string_view solver, const System& system);

/// The paper's method as it is written: conjugate gradients on nₜ × nₜ₋₁ matrices with products G P M.
Solution full_size_cg(const System& system, const Matrix& M, const CgOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
