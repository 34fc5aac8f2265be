#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "second_order/solvers/input_moment.h"
#include "tests/support/weight_systems.h"

/// EA-CG in nₜ + 1 coefficients against the paper's conjugate gradients on whole matrices and its closed form.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

Solution solve(const System& system, const CgOptions& options) {
  return curvegraph::solve(weight_solver("ea-cg"), system, options);
}

/// With products G P (a aᵀ)  (11b).
Solution full_size_cg(const System& system, const CgOptions& options) {
  const Matrix a = mean(system.input);
  return full_size_cg(system, product(a, transposed(a)), options);
}

void expect_same_iterates(const System& system, int most) {
  const double tolerance = std::is_same_v<real, double> ? 1e-12 : 1e-5;
  for (int iterations = 1; iterations <= most; ++iterations) {
    const CgOptions options{.max_iterations = iterations, .tolerance = 0};
    const Solution coefficients = solve(system, options);
    const Solution full = full_size_cg(system, options);
    EXPECT_LT(relative_error(coefficients.D, full.D), tolerance) << iterations << " iterations";
    // The residual is the system's matrix times the error.
    EXPECT_NEAR(coefficients.summary.residual, full.summary.residual, 10 * tolerance * (1 + full.summary.residual));
  }
}

// As in training, where the damping α = 0.02 is a tenth of the curvature: 50 iterations end far below any tolerance.
TEST(EaCg, TakesThePapersIteratesStepByStep) {
  for (const int batch : {20, 100}) {  // without and with a gradient in memory
    ASSERT_EQ(MeanMoment::stores_gradient({60, 70}, batch), batch == 100);
    System system = random_system(60, 70, batch, 0.02);
    system.G = 0.0005 * system.G;
    expect_same_iterates(system, 50);
  }
}

// On a hard system iterates change to the end, and rounding grows with them: once an extreme eigenvalue is found, no
// two ways to compute the sequence agree for long.
TEST(EaCg, TakesThePapersIteratesOnAHardSystem) {
  for (const int batch : {20, 100}) {
    expect_same_iterates(random_system(60, 70, batch, 1e-3), std::is_same_v<real, double> ? 20 : 12);
  }
}

TEST(EaCg, StopsWhereThePapersMethodDoes) {
  for (const double tolerance : {0.5, 1e-1, 1e-2}) {
    System system = random_system(12, 9, 5, 0.02);
    system.G = 0.02 * system.G;
    const CgOptions options{.max_iterations = 50, .tolerance = tolerance};
    const Solution coefficients = solve(system, options);
    const Solution full = full_size_cg(system, options);
    EXPECT_EQ(coefficients.summary.iterations, full.summary.iterations);
    EXPECT_EQ(coefficients.summary.status, full.summary.status);
  }
}

constexpr double kConvergedResidual = std::is_same_v<real, double> ? 1e-15 : 1e-7;
constexpr double kNearDirect = std::is_same_v<real, double> ? 1e-9 : 1e-3;

/// With ((1-α) s G + αI) u = -w:  D = -(g + (1-α) G u aᵀ)/α,  s = aᵀa, w = g a.
TEST(EaCg, ConvergesToTheClosedForm) {
  for (const double alpha : {0.02, 0.5, 1.0}) {
    for (const int batch : {1, 4, 40}) {
      const System system = random_system(8, 6, batch, alpha);
      const Matrix a = mean(system.input);
      const real s = static_cast<real>(inner(a, a));
      const real share = static_cast<real>(1 - alpha);
      Matrix operator_matrix = system.G;
      for (real& value : operator_matrix.values) value *= share * s;
      for (int i = 0; i < 8; ++i) operator_matrix(i, i) += static_cast<real>(alpha);
      Matrix w = product(system.gradient, a);
      for (real& value : w.values) value = -value;
      const Matrix u = solve_spd(operator_matrix, w);
      const Matrix curved = product(product(system.G, u), transposed(a));
      Matrix expected = system.gradient;
      for (std::size_t i = 0; i < expected.values.size(); ++i) {
        expected.values[i] = -(expected.values[i] + share * curved.values[i]) / static_cast<real>(alpha);
      }
      const Solution solution = solve(system, {.max_iterations = 200, .tolerance = kConvergedResidual});
      EXPECT_LT(relative_error(solution.D, expected), kNearDirect) << "alpha " << alpha << ", B " << batch;
    }
  }
}

/// B = 1: g = δ hᵀ and a = h, so nothing of g is orthogonal to a.
TEST(EaCg, SolvesASingleSample) {
  const System system = random_system(5, 4, 1, 0.1);
  const CgOptions options{.max_iterations = 4, .tolerance = 0};
  EXPECT_LT(relative_error(solve(system, options).D, full_size_cg(system, options).D), kNearDirect);
}

TEST(EaCg, IsGradientDescentWhereTheInputsMeanIsZero) {
  System system = random_system(5, 4, 2, 0.1);
  for (int i = 0; i < 4; ++i) system.input(i, 1) = -system.input(i, 0);
  system.gradient = 0.5 * product(system.delta, transposed(system.input));
  const Matrix expected = -10 * system.gradient;
  const Solution solution = solve(system, {});
  EXPECT_LT(relative_error(solution.D, expected), 10 * std::numeric_limits<real>::epsilon());
}

TEST(EaCg, LeavesAZeroGradientAlone) {
  System system = random_system(5, 4, 2, 0.1);
  system.delta = Matrix(5, 2);
  const Solution solution = solve(system, {});
  EXPECT_EQ(solution.summary.status, SolveStatus::Converged);
  EXPECT_EQ(max_difference(solution.D, Matrix(5, 4)), 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
