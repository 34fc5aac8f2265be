#include "second_order/algebra/scaling.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "second_order/algebra/symmetric.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

real largest(const Matrix& a, void (*f)(ConstMatrixView, MatrixView, Workspace&)) {
  Workspace workspace;
  Tensor result(1, 1);
  f(to_tensor(a), result, workspace);
  return to_host_number(result);
}

TEST(Scaling, FindsTheLargestWhereverItIs) {
  Random random(1, Random::Stream::Test);
  for (const int n : {1, 7, 8, 9, 63, 64, 65, 1000, 50000}) {
    for (const int place : {0, n / 2, n - 1}) {
      Matrix a = random_matrix(random, n, 1);
      a(place, 0) = -3;
      if (n > 8) a((place + 1) % n, 0) = std::numeric_limits<real>::quiet_NaN();
      EXPECT_EQ(largest(a, largest_magnitude), 3) << n << ", " << place;
    }
  }
  EXPECT_EQ(largest(Matrix(3, 4), largest_magnitude), 0);
}

TEST(Scaling, LooksAtTheDiagonalAlone) {
  for (const int n : {1, 2, 20, 100}) {
    Matrix a(n, n);
    for (real& value : a.values) value = 5;
    for (int i = 0; i < n; ++i) a(i, i) = 1;
    a(n - 1, n - 1) = -2;
    EXPECT_EQ(largest(a, largest_on_diagonal), 2) << n;
  }
}

TEST(Scaling, KnowsExponents) {
  EXPECT_EQ(exponent_of(1), 1);
  EXPECT_EQ(exponent_of(real(0.75)), 0);
  EXPECT_EQ(exponent_of(real(0.5)), 0);
  EXPECT_EQ(exponent_of(std::ldexp(real{1}, -50)), -49);
  for (const real none :
       {real{0}, -real{1}, std::numeric_limits<real>::infinity(), std::numeric_limits<real>::quiet_NaN()}) {
    EXPECT_EQ(exponent_of(none), 0);
  }
  for (const real extreme : {std::numeric_limits<real>::max(), std::numeric_limits<real>::denorm_min()}) {
    for (const int sign : {1, -1}) EXPECT_TRUE(std::isnormal(power_of_two(sign * exponent_of(extreme))));
  }
}

TEST(Scaling, TakesPowersThatAreNoNumbersOfTheirOwn) {
  const int most = std::numeric_limits<real>::max_exponent;
  Tensor x = to_tensor({2, 1, {std::ldexp(real{3}, 100 - most), 0}});
  scale_by_power(most + 20, x, x);
  EXPECT_EQ(x.to_host(), (std::vector<real>{std::ldexp(real{3}, 120), 0}));
}

/// Half of each, and not in turns.
TEST(Residual, SignsAreAsGoodAsRandom) {
  Tensor z(1000, 1);
  fill_with_signs(z);
  double sum = 0;
  double neighbours = 0;
  const std::vector<real> signs = z.to_host();
  for (std::size_t i = 0; i < signs.size(); ++i) {
    EXPECT_EQ(std::abs(signs[i]), 1);
    sum += static_cast<double>(signs[i]);
    if (i > 0) neighbours += static_cast<double>(signs[i] * signs[i - 1]);
  }
  EXPECT_LT(std::abs(sum), 100);
  EXPECT_LT(std::abs(neighbours), 100);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
