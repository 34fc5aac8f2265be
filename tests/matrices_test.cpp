#include "tests/support/matrices.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// The references that other tests rely on, by numbers worked out by hand and by identities.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;
using testing::Throws;
using testing::ThrowsMessage;

TEST(Matrix, IsStoredColumnAfterColumn) {
  Matrix a(2, 3);
  a(1, 2) = 5;
  a(0, 1) = 3;
  EXPECT_THAT(a.values, ElementsAre(0, 0, 3, 0, 0, 5));
  EXPECT_EQ(transposed(a), Matrix(3, 2, {0, 3, 0, 0, 0, 5}));
  EXPECT_EQ(from_view(to_tensor(a)), a);
}

TEST(Matrix, AddsAndMultiplies) {
  const Matrix a(2, 3, {1, 4, 2, 5, 3, 6});
  EXPECT_EQ(a + 2 * a, Matrix(2, 3, {3, 12, 6, 15, 9, 18}));
  EXPECT_EQ(product(a, Matrix(3, 1, {1, 0, -1})), Matrix(2, 1, {-2, -2}));
  EXPECT_EQ(product(a, transposed(a)), Matrix(2, 2, {14, 32, 32, 77}));
  EXPECT_THROW(product(a, a), std::invalid_argument);
  EXPECT_THROW(a + transposed(a), std::invalid_argument);
}

TEST(Matrix, ErrorsAreMaximaAndPassNaNOn) {
  const Matrix a(1, 3, {1, -4, 2});
  const Matrix b(1, 3, {1, -2, 3});
  EXPECT_EQ(max_difference(a, b), 2);
  EXPECT_EQ(relative_error(b, a), 0.5);
  EXPECT_EQ(relative_error(Matrix(1, 1), Matrix(1, 1)), 0);
  const Matrix broken(1, 3, {1, std::numeric_limits<real>::quiet_NaN(), 2});
  EXPECT_TRUE(std::isnan(max_difference(broken, a)));
  EXPECT_TRUE(std::isnan(relative_error(broken, a)));
  EXPECT_THROW(max_difference(a, transposed(a)), std::invalid_argument);
}

TEST(Kronecker, TurnsMatrixEquationsIntoVectors) {
  EXPECT_EQ(kronecker(Matrix(1, 2, {1, -1}), Matrix(2, 1, {3, 4})), Matrix(2, 2, {3, 4, -3, -4}));
  // vec(A X B) = (Bᵀ ⊗ A) vec X
  Random random(1, Random::Stream::Test);
  const Matrix a = random_matrix(random, 3, 2);
  const Matrix x = random_matrix(random, 2, 4);
  const Matrix b = random_matrix(random, 4, 5);
  const Matrix axb = product(product(a, x), b);
  const Matrix found = product(kronecker(transposed(b), a), vec(x));
  // at most |A| |X| |B| = 8 products of three, rounded three times
  EXPECT_LE(max_difference(unvec(found, 3, 5), axb), 8 * 3 * kEpsilon);
  EXPECT_THROW(unvec(found, 4, 4), std::invalid_argument);
}

TEST(SolveSpd, InvertsTheProduct) {
  Random random(2, Random::Stream::Test);
  for (const int n : {1, 2, 7, 40}) {
    const Matrix a = random_spd(random, n);
    const Matrix x = random_matrix(random, n, 3);
    // Only the rounding of A X to reals is left, times at most 1/λ_min <= 1 and ‖.‖₂ <= √n ‖.‖_max.
    const Matrix b = product(a, x);
    const double largest = max_difference(b, Matrix(n, 3));
    EXPECT_LE(max_difference(solve_spd(a, b), x), (std::sqrt(n) * largest + 1) * kEpsilon) << n;
  }
  EXPECT_THAT(
      [] {
        solve_spd(Matrix(2, 2, {1, 2, 2, 1}), Matrix(2, 1));
      },
      ThrowsMessage<std::domain_error>("solve_spd: not positive definite"));
  EXPECT_THAT([] { solve_spd(Matrix(2, 2), Matrix(2, 1)); }, Throws<std::domain_error>());
}

TEST(Eigen, DecomposesSymmetricMatrices) {
  // characteristic polynomial (4 - λ)(λ² - 4λ - 13)
  const Eigen known = eigen(Matrix(3, 3, {1, 4, 0, 4, 3, 0, 0, 0, 4}));
  EXPECT_THAT(known.values, Pointwise(DoubleNear(8 * std::numeric_limits<double>::epsilon()),
                                      {2 - std::sqrt(17.0), 4.0, 2 + std::sqrt(17.0)}));
  Random random(3, Random::Stream::Test);
  for (const int n : {1, 2, 7, 40}) {
    const Matrix a = random_spd(random, n);
    const Eigen found = eigen(a);
    Matrix scaled = found.vectors;
    for (int j = 0; j < n; ++j) {
      for (int i = 0; i < n; ++i) scaled(i, j) *= static_cast<real>(found.values[static_cast<std::size_t>(j)]);
    }
    // The vectors are rounded to reals, once each: n λ_max ε / 2 in each of the two factors, and the product's own.
    const double norm = found.values.back();
    EXPECT_LE(max_difference(product(scaled, transposed(found.vectors)), a), 3 * n * norm * kEpsilon) << n;
    EXPECT_TRUE(std::ranges::is_sorted(found.values)) << n;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
