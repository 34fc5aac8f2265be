#include "second_order/curvature/block_error.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/random.h"
#include "second_order/algebra/symmetric.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

Matrix random_symmetric(Random& random, int n) {
  const Matrix a = random_matrix(random, n, n);
  return 0.5 * (a + transposed(a));
}

/// ‖g - Q |Λ| Qᵀ‖_F by loops.
double error_by_loops(const Matrix& g, const Matrix& h) {
  const Eigen parts = eigen(h);
  double square = 0;
  for (int i = 0; i < g.rows; ++i) {
    for (int j = 0; j < g.cols; ++j) {
      double absolute = 0;
      for (int k = 0; k < g.rows; ++k) {
        absolute += std::abs(parts.values[static_cast<std::size_t>(k)]) * static_cast<double>(parts.vectors(i, k)) *
                    static_cast<double>(parts.vectors(j, k));
      }
      square += std::pow(static_cast<double>(g(i, j)) - absolute, 2);
    }
  }
  return std::sqrt(square);
}

TEST(BlockError, MeasuresAgainstAbsoluteEigenvalues) {
  Random random(1, Random::Stream::Test);
  for (const int n : {1, 2, 7, 30}) {
    const Matrix g = random_symmetric(random, n);
    const Matrix h = random_symmetric(random, n);
    Tensor absolute = to_tensor(h);
    Workspace workspace;
    ASSERT_TRUE(take_absolute_eigenvalues(absolute, workspace).usable());
    const BlockError error = block_error(to_tensor(g), absolute);
    EXPECT_TRUE(error.summary.usable());
    const double expected = error_by_loops(g, h);
    EXPECT_NEAR(error.value, expected, 100 * n * kEpsilon * expected) << n;
  }
}

TEST(BlockError, KeepsErrorsWhoseSquaresAreSmallerThanTheSmallestFloat) {
  const Tensor g = to_tensor(Matrix{2, 2, {real(3e-25), 0, 0, real(4e-25)}});
  EXPECT_NEAR(block_error(g, Tensor(2, 2)).value, 5e-25, 1e-31);
}

TEST(BlockError, ReportsTheNumberThatIsNotFinite) {
  const Tensor g = to_tensor(Matrix{2, 2, {1, 0, 0, std::numeric_limits<real>::infinity()}});
  const BlockError error = block_error(g, Tensor(2, 2));
  EXPECT_EQ(error.summary.status, SolveStatus::NonFinite);
  EXPECT_EQ(error.summary.number, std::numeric_limits<double>::infinity());
}

TEST(BlockError, RefusesBlocksOfDifferentShape) { EXPECT_THROW(block_error(Tensor(2, 2), Tensor(3, 3)), UsageError); }

TEST(TotalError, IsTheRootOfTheSumOfSquares) {
  EXPECT_EQ(total_error(std::vector<double>{2, 3, 6}), 7);
  EXPECT_EQ(total_error({}), 0);
}

TEST(EigenvalueRange, HasBothEndsAndLeavesTheBlockAlone) {
  Random random(2, Random::Stream::Test);
  for (const int n : {1, 2, 7, 30}) {
    const Matrix block = random_symmetric(random, n);
    const Tensor tensor = to_tensor(block);
    Workspace workspace;
    const EigenvalueRange range = eigenvalue_range(tensor, workspace);
    ASSERT_TRUE(range.summary.usable());
    const std::vector<double> expected = eigen(block).values;
    EXPECT_NEAR(range.smallest, expected.front(), 100 * n * kEpsilon) << n;
    EXPECT_NEAR(range.largest, expected.back(), 100 * n * kEpsilon) << n;
    EXPECT_EQ(from_view(tensor), block);
  }
}

TEST(EigenvalueRange, RefusesWhatIsNotFinite) {
  const Tensor block = to_tensor(Matrix{2, 2, {1, 0, 0, std::numeric_limits<real>::quiet_NaN()}});
  Workspace workspace;
  const EigenvalueRange range = eigenvalue_range(block, workspace);
  EXPECT_EQ(range.summary.status, SolveStatus::NonFinite);
  EXPECT_TRUE(std::isnan(range.summary.number));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
