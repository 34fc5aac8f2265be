#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "second_order/solvers/input_moment.h"
#include "second_order/solvers/joint_solver.h"
#include "tests/support/matrices.h"
#include "tests/support/weight_systems.h"

/// The solver of rank r against EA-CG, CG and the paper's conjugate gradients on whole matrices.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr double kNear = kDouble ? 1e-10 : 1e-3;

Solution solve_with_rank(const System& system, int rank, const CgOptions& options) {
  const Shape weight{system.gradient.rows, system.gradient.cols};
  auto moment =
      std::make_unique<PrincipalMoment>(SolverOptions{.weight = weight, .max_batch = system.input.cols, .rank = rank});
  JointSolver solver(std::move(moment), JointSolver::Method::ConjugateGradients, options);
  Workspace workspace;
  return solve(solver, system, workspace);
}

System training_like(int batch, std::uint64_t seed = 1) {
  System system = random_system(12, 9, batch, 0.02, seed);
  system.G = 0.02 * system.G;
  return system;
}

/// a aᵀ + Σᵢ λᵢ vᵢ vᵢᵀ with the r-1 largest eigenvalues of the inputs' covariance.
Matrix moment_of_rank(const Matrix& input, int rank) {
  const Matrix a = mean(input);
  const Matrix mean_part = product(a, transposed(a));
  const Matrix covariance = second_moment(input) + -1 * mean_part;
  const Eigen spectrum = eigen(covariance);
  std::vector<std::size_t> order(spectrum.values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return spectrum.values[i]; });
  Matrix moment = mean_part;
  for (int i = 0; i < rank - 1 && i < input.rows; ++i) {
    const int column = static_cast<int>(order[static_cast<std::size_t>(i)]);
    Matrix v(input.rows, 1);
    for (int row = 0; row < input.rows; ++row) v(row, 0) = spectrum.vectors(row, column);
    moment = moment + spectrum.values[static_cast<std::size_t>(column)] * product(v, transposed(v));
  }
  return moment;
}

TEST(PrincipalMoment, IsEaCgAtRankOne) {
  for (const int batch : {1, 5, 40}) {
    for (const int iterations : {1, 3, 10}) {
      const System system = training_like(batch);
      const CgOptions options{.max_iterations = iterations, .tolerance = 0};
      const Solution ea_cg = solve(weight_solver("ea-cg"), system, options);
      EXPECT_LT(relative_error(solve_with_rank(system, 1, options).D, ea_cg.D), kNear) << batch;
    }
  }
}

TEST(PrincipalMoment, IsCgAtTheRankOfTheBatch) {
  for (const int batch : {1, 5, 40}) {
    for (const int iterations : {1, 3, 10}) {
      const System system = training_like(batch);
      const CgOptions options{.max_iterations = iterations, .tolerance = 0};
      const Solution cg = solve(weight_solver("cg"), system, options);
      EXPECT_LT(relative_error(solve_with_rank(system, batch, options).D, cg.D), kNear) << batch;
      EXPECT_LT(relative_error(solve_with_rank(system, 100, options).D, cg.D), kNear) << "no more than the batch";
    }
  }
}

TEST(PrincipalMoment, TakesThePapersIteratesForItsSecondMoment) {
  for (const int batch : {6, 40}) {
    for (const int rank : {2, 3, 5}) {
      const System system = training_like(batch);
      for (const int iterations : {1, 2, 5, 10}) {
        const CgOptions options{.max_iterations = iterations, .tolerance = 0};
        const Solution found = solve_with_rank(system, rank, options);
        const Solution full = full_size_cg(system, moment_of_rank(system.input, rank), options);
        EXPECT_LT(relative_error(found.D, full.D), kNear) << "rank " << rank << ", B " << batch;
        EXPECT_NEAR(found.summary.residual, full.summary.residual, kNear * (1 + full.summary.residual));
      }
    }
  }
}

/// Fewer directions than the rank asks for: the rest has nothing to add, and nothing to spoil.
TEST(PrincipalMoment, TakesInputsThatRepeat) {
  System system = training_like(6);
  for (int i = 0; i < 9; ++i) {
    for (int s = 2; s < 6; ++s) system.input(i, s) = system.input(i, s % 2);
  }
  system.gradient = 1.0 / 6 * product(system.delta, transposed(system.input));
  const CgOptions options{.max_iterations = 40, .tolerance = kDouble ? 1e-14 : 1e-6};
  for (const int rank : {3, 5, 6}) {
    const Solution found = solve_with_rank(system, rank, options);
    ASSERT_TRUE(found.summary.usable()) << to_string(found.summary);
    EXPECT_LT(relative_error(found.D, dense_direction("cg", system)), kDouble ? 1e-9 : 1e-3) << rank;
  }
}

TEST(PrincipalMoment, RefusesARankBelowOne) {
  EXPECT_THAT(
      [] {
        PrincipalMoment({.weight = {2, 3}, .max_batch = 4, .rank = 0});
      },
      testing::ThrowsMessage<UsageError>("ea-cg: rank is 0, expected at least 1"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
