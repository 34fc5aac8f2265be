#include "framework/check/kinks.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "ops/elementwise.h"
#include "ops/ops.h"
#include "ops/registry.h"
#include "tests/support/matrices.h"
#include "tests/support/one_thread.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using Kinks = OneThread;

// Continuous up to f', as the exponential linear unit is
struct Elu {
  static CURVEGRAPH_DEVICE real f(real x) { return x > 0 ? x : std::exp(x) - 1; }
  static CURVEGRAPH_DEVICE real df(real x) { return x > 0 ? 1 : std::exp(x); }
  static CURVEGRAPH_DEVICE real d2f(real x) { return x > 0 ? 0 : std::exp(x); }
};
constexpr Op elu = elementwise<Elu>("elu");

/// One sample for each x, in the second of two features.
OpPoint point(const std::vector<real>& x) {
  const int batch = static_cast<int>(x.size());
  Matrix values(2, batch);
  for (int sample = 0; sample < batch; ++sample) {
    values(0, sample) = 1;
    values(1, sample) = x[static_cast<std::size_t>(sample)];
  }
  return {.x = {to_tensor(values)}, .parameters = {}, .dy = Tensor(2, batch), .H = {}};
}

TEST_F(Kinks, AreFoundOnBothSidesAndOn) {
  for (const Op* op : {&relu, &leaky_relu, &elu}) {
    EXPECT_EQ(samples_near_kinks(*op, point({-1, real(-3e-5), 0, real(3e-5), 1, real(1e-3)})),
              (std::vector<int>{1, 2, 3}))
        << op->name;
  }
}

// tukey-biweight has f'' = 0 at its edge c = 4.685 from both sides, with different slopes.
TEST_F(Kinks, OfTheThirdDerivativeCountToo) {
  const real c = real(4.685);
  const auto at = [c](real distance) {
    return OpPoint{.x = {Tensor({1, 3}, std::vector<real>{1, c + distance, -c - distance}), Tensor(1, 3)},
                   .parameters = {},
                   .dy = Tensor(1, 3),
                   .H = {}};
  };
  for (const real distance : {real(-2e-5), real(0), real(2e-5)}) {
    EXPECT_EQ(samples_near_kinks(tukey_biweight, at(distance)), (std::vector<int>{1, 2})) << distance;
  }
  EXPECT_TRUE(samples_near_kinks(tukey_biweight, at(real(1e-3))).empty());
}

TEST_F(Kinks, AreNowhereInASmoothOp) {
  std::vector<real> x;
  for (int i = -30; i <= 30; ++i) x.push_back(static_cast<real>(i) / 10);
  for (const Op* op : activations()) {
    const std::vector<int> expected =
        op->piecewise_linear && op != &identity ? std::vector<int>{30} : std::vector<int>{};
    EXPECT_EQ(samples_near_kinks(*op, point(x)), expected) << op->name;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
