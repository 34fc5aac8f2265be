#include "second_order/ea_cg.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "tests/support/matrices.h"

/// EA-CG in nₜ + 1 coefficients against the paper's conjugate gradients on whole matrices, its closed form, and a dense
/// solve of the Kronecker system.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct System {
  Matrix G, gradient, input;
  double alpha;
};

System random_system(int outputs, int inputs, int batch, double alpha, std::uint64_t seed = 1) {
  Random random(seed, Random::Stream::Test);
  return {.G = random_spd(random, outputs),
          .gradient = random_matrix(random, outputs, inputs),
          .input = random_matrix(random, inputs, batch, -0.5, 1),
          .alpha = alpha};
}

Matrix mean(const Matrix& input) {
  Matrix a(input.rows, 1);
  for (int i = 0; i < input.rows; ++i) {
    for (int s = 0; s < input.cols; ++s) a(i, 0) += input(i, s) / static_cast<real>(input.cols);
  }
  return a;
}

struct Solution {
  Matrix D;
  SolveSummary summary;
};

Solution solve(const System& system, const CgOptions& options) {
  const Tensor G = to_tensor(system.G);
  const Tensor gradient = to_tensor(system.gradient);
  const Tensor input = to_tensor(system.input);
  EaCg solver(gradient.shape(), options);
  Direction direction;
  Workspace workspace;
  const SolveSummary summary =
      solver.solve({.G = G, .gradient = gradient, .input = input, .alpha = system.alpha}, direction, workspace);
  if (!summary.usable()) return {Matrix(0, 0), summary};
  Matrix D = product(from_view(direction.u), transposed(from_view(direction.v)));
  for (std::size_t i = 0; i < D.values.size(); ++i) D.values[i] += direction.gradient * system.gradient.values[i];
  return {D, summary};
}

double inner(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    sum += static_cast<double>(a.values[i]) * static_cast<double>(b.values[i]);
  return sum;
}

/// The paper's method as it is written: conjugate gradients on nₜ × nₜ₋₁ matrices with products G P (a aᵀ)  (11b).
Solution full_size_cg(const System& system, const CgOptions& options) {
  const Matrix a = mean(system.input);
  const Matrix second = product(a, transposed(a));
  const real alpha = static_cast<real>(system.alpha);
  Matrix x(system.gradient.rows, system.gradient.cols);
  Matrix r = system.gradient;
  for (real& value : r.values) value = -value;
  Matrix p = r;
  const double start = inner(r, r);
  double rho = start;
  SolveSummary summary{.status = SolveStatus::IterationLimit};
  while (summary.iterations < options.max_iterations) {
    if (std::sqrt(rho / start) <= options.tolerance) {
      summary.status = SolveStatus::Converged;
      break;
    }
    Matrix q = product(product(system.G, p), second);
    for (std::size_t i = 0; i < q.values.size(); ++i) q.values[i] = (1 - alpha) * q.values[i] + alpha * p.values[i];
    const double step = rho / inner(p, q);
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      x.values[i] += static_cast<real>(step) * p.values[i];
      r.values[i] -= static_cast<real>(step) * q.values[i];
    }
    const double next = inner(r, r);
    for (std::size_t i = 0; i < p.values.size(); ++i) {
      p.values[i] = r.values[i] + static_cast<real>(next / rho) * p.values[i];
    }
    rho = next;
    ++summary.iterations;
  }
  summary.residual = std::sqrt(rho / start);
  return {x, summary};
}

void expect_same_iterates(const System& system, int most) {
  const double tolerance = std::is_same_v<real, double> ? 1e-12 : 1e-5;
  for (int iterations = 1; iterations <= most; ++iterations) {
    const CgOptions options{.max_iterations = iterations, .tolerance = 0};
    const Solution coefficients = solve(system, options);
    const Solution full = full_size_cg(system, options);
    EXPECT_LT(relative_error(coefficients.D, full.D), tolerance) << iterations << " iterations";
    EXPECT_NEAR(coefficients.summary.residual, full.summary.residual, tolerance * (1 + full.summary.residual));
  }
}

// As in training, where the damping α = 0.02 is a tenth of the curvature: 50 iterations end far below any tolerance.
TEST(EaCg, TakesThePapersIteratesStepByStep) {
  System system = random_system(60, 70, 20, 0.02);
  system.G = 0.0005 * system.G;
  expect_same_iterates(system, 50);
}

// On a hard system iterates change to the end, and rounding grows with them: once an extreme eigenvalue is found, no
// two ways to compute the sequence agree for long.
TEST(EaCg, TakesThePapersIteratesOnAHardSystem) {
  expect_same_iterates(random_system(60, 70, 20, 1e-3), std::is_same_v<real, double> ? 20 : 12);
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

constexpr double kConverged = std::is_same_v<real, double> ? 1e-15 : 1e-7;
constexpr double kNear = std::is_same_v<real, double> ? 1e-9 : 1e-3;

/// With ((1-α) s G + αI) u = -w:  D = -(g + (1-α) G u aᵀ)/α,  s = aᵀa, w = g a.
TEST(EaCg, ConvergesToTheClosedForm) {
  for (const double alpha : {0.02, 0.5, 1.0}) {
    for (const int batch : {1, 4}) {
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
      const Solution solution = solve(system, {.max_iterations = 200, .tolerance = kConverged});
      EXPECT_LT(relative_error(solution.D, expected), kNear) << "alpha " << alpha << ", B " << batch;
    }
  }
}

TEST(EaCg, ConvergesToTheDenseSolveOfTheKroneckerSystem) {
  const System system = random_system(5, 4, 3, 0.1);
  const Matrix a = mean(system.input);
  Matrix dense = kronecker(product(a, transposed(a)), system.G);
  for (real& value : dense.values) value *= static_cast<real>(0.9);
  for (int i = 0; i < dense.rows; ++i) dense(i, i) += static_cast<real>(0.1);
  Matrix right_side = vec(system.gradient);
  for (real& value : right_side.values) value = -value;
  const Matrix expected = solve_spd(dense, right_side);
  const Solution solution = solve(system, {.max_iterations = 100, .tolerance = kConverged});
  EXPECT_LT(relative_error(vec(solution.D), expected), kNear);
}

/// B = 1: g = δ hᵀ and a = h, so nothing of g is orthogonal to a.
TEST(EaCg, SolvesASingleSample) {
  System system = random_system(5, 4, 1, 0.1);
  Random random(7, Random::Stream::Test);
  system.gradient = product(random_matrix(random, 5, 1), transposed(system.input));
  const CgOptions options{.max_iterations = 4, .tolerance = 0};
  EXPECT_LT(relative_error(solve(system, options).D, full_size_cg(system, options).D), kNear);
}

TEST(EaCg, IsGradientDescentWhereTheInputsMeanIsZero) {
  System system = random_system(5, 4, 2, 0.1);
  for (int i = 0; i < 4; ++i) system.input(i, 1) = -system.input(i, 0);
  Matrix expected = system.gradient;
  for (real& value : expected.values) value /= static_cast<real>(-0.1);
  const Solution solution = solve(system, {});
  EXPECT_LT(relative_error(solution.D, expected), 10 * std::numeric_limits<real>::epsilon());
}

TEST(EaCg, LeavesAZeroGradientAlone) {
  System system = random_system(5, 4, 2, 0.1);
  system.gradient = Matrix(5, 4);
  const Solution solution = solve(system, {});
  EXPECT_EQ(solution.summary.status, SolveStatus::Converged);
  EXPECT_EQ(solution.D.values, system.gradient.values);
}

TEST(EaCg, ReportsBlocksThatCannotBeSolvedWith) {
  System indefinite = random_system(5, 4, 2, 0.02);
  for (real& value : indefinite.G.values) value = -100 * value;
  EXPECT_EQ(solve(indefinite, {.max_iterations = 50, .tolerance = 1e-6}).summary.status,
            SolveStatus::NotPositiveDefinite);
  System not_finite = random_system(5, 4, 2, 0.02);
  not_finite.G(2, 2) = std::numeric_limits<real>::infinity();
  EXPECT_EQ(solve(not_finite, {}).summary.status, SolveStatus::NonFinite);
  System no_gradient = random_system(5, 4, 2, 0.02);
  no_gradient.gradient(1, 1) = std::numeric_limits<real>::quiet_NaN();
  EXPECT_EQ(solve(no_gradient, {}).summary.status, SolveStatus::NonFinite);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
