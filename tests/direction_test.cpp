#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "second_order/solvers/weight_solver.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(Direction, EveryFormIsAddedAsItReads) {
  Random random(1, Random::Stream::Test);
  const Matrix weight = random_matrix(random, 5, 7);
  const Tensor g = to_tensor(random_matrix(random, 5, 7));
  const Tensor u = to_tensor(random_matrix(random, 5, 3));
  const Tensor v = to_tensor(random_matrix(random, 7, 3));
  const Tensor column = to_tensor(random_matrix(random, 5, 1));
  const Tensor row = to_tensor(random_matrix(random, 7, 1));
  struct Case {
    Direction direction;
    Matrix expected;
  };
  const std::vector<Case> cases{
      {{.u = g}, from_view(g)},
      {{.u = u, .v = v}, product(from_view(u), transposed(from_view(v)))},
      {{.c = -2, .g = g, .u = column, .v = row},
       -2 * from_view(g) + product(from_view(column), transposed(from_view(row)))},
  };
  for (const Case& c : cases) {
    for (const double beta : {0.0, 0.9, 1.0}) {
      Tensor sum = to_tensor(weight);
      add_direction(real{0.5}, c.direction, static_cast<real>(beta), sum);
      EXPECT_LT(relative_error(from_view(sum), beta * weight + 0.5 * c.expected),
                10 * static_cast<double>(std::numeric_limits<real>::epsilon()));
    }
  }
}

TEST(Direction, RefusesShapesThatDoNotFit) {
  Tensor weight(5, 7);
  const Tensor g(5, 7);
  const Tensor u(5, 2);
  const Tensor v(7, 2);
  EXPECT_THAT([&] { add_direction(1, {.c = 1, .g = g, .u = u, .v = v}, 1, weight); },
              ::testing::ThrowsMessage<UsageError>(
                  "direction: 5x7, 5x2 and 7x2 do not fit a 5x7 weight, expected u and v of one column"));
  EXPECT_THAT([&] { add_direction(1, {.u = u}, 1, weight); },
              ::testing::ThrowsMessage<UsageError>("direction: 5x2 does not fit a 5x7 weight"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
