#include "second_order/algebra/conjugate_gradients.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct Result {
  Matrix x;
  SolveSummary summary;
};

enum class Scalars { OnHost, OnDevice };

/// Both variants: the second is of use on a GPU, and the same wherever it runs.
class ConjugateGradients : public testing::TestWithParam<Scalars> {};

INSTANTIATE_TEST_SUITE_P(Scalars, ConjugateGradients, testing::Values(Scalars::OnHost, Scalars::OnDevice),
                         [](const auto& param) { return param.param == Scalars::OnHost ? "OnHost" : "OnDevice"; });

template <class Apply>
Result solve_with(Scalars scalars, const Apply& apply, const Matrix& b, const CgOptions& options) {
  Tensor x(b.rows, b.cols);
  Workspace workspace;
  const SolveSummary summary = scalars == Scalars::OnHost
                                   ? conjugate_gradients_on_host(apply, to_tensor(b), x, options, workspace)
                                   : conjugate_gradients_on_device(apply, to_tensor(b), x, options, workspace);
  return {from_view(x), summary};
}

Result solve(Scalars scalars, const Matrix& a, const Matrix& b, const CgOptions& options) {
  const Tensor matrix = to_tensor(a);
  const auto apply = [&](ConstMatrixView p, MatrixView q) { gemm(1, matrix, Transpose::No, p, Transpose::No, 0, q); };
  return solve_with(scalars, apply, b, options);
}

Matrix diagonal(const std::vector<real>& values) {
  const int n = static_cast<int>(values.size());
  Matrix m(n, n);
  for (int i = 0; i < n; ++i) m(i, i) = values[static_cast<std::size_t>(i)];
  return m;
}

TEST_P(ConjugateGradients, SolvesPositiveDefiniteSystemsOfOneAndSeveralColumns) {
  Random random(1, Random::Stream::Test);
  for (const int n : {1, 2, 7, 30}) {
    for (const int columns : {1, 3}) {
      const Matrix a = random_spd(random, n);
      const Matrix b = random_matrix(random, n, columns);
      const double tolerance = 1e3 * std::numeric_limits<real>::epsilon();
      const Result result = solve(GetParam(), a, b, {.max_iterations = 10 * n * columns, .tolerance = tolerance});
      EXPECT_EQ(result.summary.status, SolveStatus::Converged) << to_string(result.summary);
      EXPECT_LE(result.summary.residual, tolerance);
      // The error is at most the condition number times the residual; rounding doubles it at worst.
      const std::vector<double> values = eigen(a).values;
      const double condition = std::ranges::max(values) / std::ranges::min(values);
      EXPECT_LT(relative_error(result.x, solve_spd(a, b)), 2 * condition * tolerance) << n << "x" << columns;
    }
  }
}

TEST_P(ConjugateGradients, StopsAtTheIterationLimitWithTheResidualItHas) {
  Random random(2, Random::Stream::Test);
  const Matrix a = random_spd(random, 20);
  const Matrix b = random_matrix(random, 20, 1);
  const Result result = solve(GetParam(), a, b, {.max_iterations = 3, .tolerance = 1e-6});
  EXPECT_EQ(result.summary.status, SolveStatus::IterationLimit);
  EXPECT_EQ(result.summary.iterations, 3);
  Matrix residual = product(a, result.x);
  double square = 0;
  double start = 0;
  for (std::size_t i = 0; i < b.values.size(); ++i) {
    square += std::pow(static_cast<double>(b.values[i] - residual.values[i]), 2);
    start += std::pow(static_cast<double>(b.values[i]), 2);
  }
  EXPECT_NEAR(result.summary.residual, std::sqrt(square / start), 100 * std::numeric_limits<real>::epsilon());
  EXPECT_EQ(to_string(result.summary).find("iteration limit of 3 reached, relative residual "), 0U);
}

TEST_P(ConjugateGradients, NeedsAsManyIterationsAsDistinctEigenvalues) {
  const Result result =
      solve(GetParam(), diagonal({1, 4, 4, 1, 9}), {5, 1, {1, 2, 3, 4, 5}}, {.max_iterations = 50, .tolerance = 1e-5});
  EXPECT_EQ(result.summary.iterations, 3);
}

TEST_P(ConjugateGradients, StopsWhereNothingIsLeftToGain) {
  // With tolerance 0 the residual would shrink into denormals and 0/0.
  const Result result =
      solve(GetParam(), diagonal({1, 2, 3}), {3, 1, {1, 1, 1}}, {.max_iterations = 1000, .tolerance = 0});
  EXPECT_EQ(result.summary.status, SolveStatus::Converged);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(result.x(i, 0), real{1} / static_cast<real>(i + 1), 1e-6);
}

TEST_P(ConjugateGradients, AZeroRightHandSideIsSolvedByZero) {
  const Result result = solve(GetParam(), diagonal({1, 2}), {2, 1, {0, 0}}, {});
  EXPECT_EQ(result.summary.status, SolveStatus::Converged);
  EXPECT_EQ(result.summary.iterations, 0);
  EXPECT_EQ(result.x.values, (std::vector<real>{0, 0}));
}

TEST_P(ConjugateGradients, SaysWhyItFailed) {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  const Result indefinite = solve(GetParam(), diagonal({-2, -2}), {2, 1, {1, 0}}, {});
  EXPECT_EQ(indefinite.summary.status, SolveStatus::NotPositiveDefinite);
  EXPECT_EQ(to_string(indefinite.summary), "not positive definite: curvature -2; more damping (rho or alpha) helps");
  EXPECT_EQ(solve(GetParam(), diagonal({0, 0}), {2, 1, {1, 0}}, {}).summary.status, SolveStatus::NotPositiveDefinite);
  const Result matrix = solve(GetParam(), diagonal({1, nan}), {2, 1, {1, 1}}, {});
  EXPECT_EQ(matrix.summary.status, SolveStatus::NonFinite);
  EXPECT_EQ(to_string(matrix.summary),
            "not finite: nan; training with a smaller learning rate or a trust region helps");
  EXPECT_EQ(solve(GetParam(), diagonal({1, 1}), {2, 1, {nan, 1}}, {}).summary.status, SolveStatus::NonFinite);
  for (const Result& result : {indefinite, matrix}) EXPECT_FALSE(result.summary.usable());
}

Matrix scaled_by(int exponent, Matrix a) {
  return map([=](real value) { return std::ldexp(value, exponent); }, std::move(a));
}

// Powers of two are exact: the same digits, whatever squares a float could not hold. In float 2^±100 is 1e±30.
TEST_P(ConjugateGradients, TakesTheSameIteratesAtAnyMagnitude) {
  Random random(4, Random::Stream::Test);
  const Matrix a = random_spd(random, 20);
  const Matrix b = random_matrix(random, 20, 2);
  const CgOptions options{.max_iterations = 8, .tolerance = 1e-10};
  const Result plain = solve(GetParam(), a, b, options);
  ASSERT_TRUE(plain.summary.usable());
  for (const int of_b : {-100, -40, 0, 40, 100}) {
    for (const int of_a : {-66, 0, 66}) {
      if (std::abs(of_b - of_a) > 110) continue;  // beyond a float
      const Result found = solve(GetParam(), scaled_by(of_a, a), scaled_by(of_b, b), options);
      EXPECT_EQ(found.summary.status, plain.summary.status) << to_string(found.summary);
      EXPECT_EQ(found.summary.iterations, plain.summary.iterations);
      EXPECT_EQ(found.summary.residual, plain.summary.residual);
      EXPECT_EQ(max_difference(scaled_by(of_a - of_b, found.x), plain.x), 0) << "A 2^" << of_a << ", b 2^" << of_b;
    }
  }
}

TEST_P(ConjugateGradients, SaysWhereTheSolutionIsTooLargeForAFloat) {
  const int half = std::numeric_limits<real>::max_exponent / 2 + 10;
  const Result result = solve(GetParam(), scaled_by(-half, diagonal({1, 1})), scaled_by(half, {2, 1, {1, 0}}), {});
  EXPECT_EQ(result.summary.status, SolveStatus::NonFinite);
}

// What CG minimizes is ½xᵀAx - bᵀx: the residual of a healthy iterate may well be above 1.
TEST_P(ConjugateGradients, AnIterateMayHaveALargeResidual) {
  const Result result =
      solve(GetParam(), diagonal({1, 400}), {2, 1, {1, 0.05F}}, {.max_iterations = 1, .tolerance = 0.1});
  EXPECT_EQ(result.summary.status, SolveStatus::IterationLimit);
  EXPECT_GT(result.summary.residual, 5);
  EXPECT_TRUE(result.summary.usable());
}

/// An operator whose last product shows that nothing of the solution holds, as where rounding has the upper hand.
TEST_P(ConjugateGradients, RefusesASolutionThatIsWorseThanNone) {
  int calls = 0;
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scal(++calls == 1 ? 1 : 10, q);
  };
  const Result result = solve_with(GetParam(), apply, {2, 1, {1, 2}}, {.max_iterations = 1, .tolerance = 0.1});
  EXPECT_EQ(result.summary.status, SolveStatus::Inaccurate);
  EXPECT_FALSE(result.summary.usable());
  EXPECT_NEAR(result.summary.residual, 9, 1e-5);
  EXPECT_EQ(to_string(result.summary),
            "lost to rounding: relative residual 9 after 1 iterations; more damping (rho or alpha) helps");
}

TEST(ConjugateGradientsVariants, TakeTheSameIterates) {
  Random random(3, Random::Stream::Test);
  for (const int limit : {1, 2, 5, 50}) {
    const Matrix a = random_spd(random, 40);
    const Matrix b = random_matrix(random, 40, 2);
    const CgOptions options{.max_iterations = limit, .tolerance = 0.01};
    const Result on_host = solve(Scalars::OnHost, a, b, options);
    const Result on_device = solve(Scalars::OnDevice, a, b, options);
    EXPECT_EQ(on_device.summary.status, on_host.summary.status);
    EXPECT_EQ(on_device.summary.iterations, on_host.summary.iterations);
    // Rounding, which the condition number of about 40 and the iterations multiply.
    EXPECT_LT(relative_error(on_device.x, on_host.x), 2000 * std::numeric_limits<real>::epsilon()) << limit;
    EXPECT_NEAR(on_device.summary.residual, on_host.summary.residual, 2000 * std::numeric_limits<real>::epsilon());
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
