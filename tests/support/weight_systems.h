#pragma once

#include <cstdint>

#include "second_order/weight_solver.h"
#include "tests/support/matrices.h"

/// Systems of one layer on the host, and plain full-size ways to solve them, to hold the solvers against.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct System {
  Matrix G, gradient, delta, input;
  double alpha = 0;
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
};

Solution solve(WeightSolver& solver, const System& system, Workspace& workspace);
Solution solve(const WeightSolverKind& kind, const System& system, const CgOptions& options = {});

/// The matrix S of the system S vec D = -vec g that a solver of that name is for.
Matrix kronecker_system(std::string_view solver, const System& system);
/// Its solution.
Matrix dense_direction(std::string_view solver, const System& system);

/// The paper's method as it is written: conjugate gradients on nₜ × nₜ₋₁ matrices with products G P M.
Solution full_size_cg(const System& system, const Matrix& M, const CgOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
