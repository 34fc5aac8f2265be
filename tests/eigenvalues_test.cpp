#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "second_order/algebra/symmetric.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(Eigenvalues, TakesAbsoluteEigenvaluesAndKeepsTheVectors) {
  Random random(1, Random::Stream::Test);
  for (const int n : {1, 2, 10, 40}) {
    Matrix a = random_matrix(random, n, n);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < i; ++j) a(i, j) = a(j, i);
    }
    const Eigen parts = eigen(a);
    Matrix expected(n, n);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) {
        double sum = 0;
        for (int k = 0; k < n; ++k) {
          sum += std::abs(parts.values[static_cast<std::size_t>(k)]) * static_cast<double>(parts.vectors(i, k)) *
                 static_cast<double>(parts.vectors(j, k));
        }
        expected(i, j) = static_cast<real>(sum);
      }
    }
    Tensor tensor = to_tensor(a);
    Workspace workspace;
    EXPECT_TRUE(take_absolute_eigenvalues(tensor, workspace).usable());
    EXPECT_LT(relative_error(from_view(tensor), expected), 100.0 * n * std::numeric_limits<real>::epsilon());
  }
}

TEST(Eigenvalues, LeavesAPositiveMatrixAsItIs) {
  Random random(2, Random::Stream::Test);
  const Matrix a = random_spd(random, 8);
  Tensor tensor = to_tensor(a);
  Workspace workspace;
  EXPECT_TRUE(take_absolute_eigenvalues(tensor, workspace).usable());
  EXPECT_LT(relative_error(from_view(tensor), a), 100 * std::numeric_limits<real>::epsilon());
}

TEST(Eigenvalues, TakesEntriesWhoseSquaresAreTooLargeForAFloat) {
  constexpr real kLarge = 1e25F;
  Tensor tensor = to_tensor(Matrix{2, 2, {kLarge, 0, 0, -kLarge}});
  Workspace workspace;
  EXPECT_TRUE(take_absolute_eigenvalues(tensor, workspace).usable());
  EXPECT_LT(relative_error(from_view(tensor), Matrix{2, 2, {kLarge, 0, 0, kLarge}}),
            100 * std::numeric_limits<real>::epsilon());
}

TEST(Eigenvalues, RefusesWhatIsNotFinite) {
  Tensor tensor = to_tensor(Matrix{2, 2, {1, 0, 0, std::numeric_limits<real>::quiet_NaN()}});
  Workspace workspace;
  EXPECT_EQ(take_absolute_eigenvalues(tensor, workspace).status, SolveStatus::NonFinite);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
