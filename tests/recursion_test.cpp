#include "second_order/curvature/recursion.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/ops.h"
#include "second_order/curvature/layer_blocks.h"
#include "tests/support/network.h"

/// Products that a recursion keeps; what it makes of them is tested with the propagation.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Matrix recursion_block(const LayerBlocks& propagation, std::size_t layer) {
  return from_view(propagation.block(propagation.layers()[layer]));
}

TEST(Recursion, MakesProductsAsOftenAsTheyMayCost) {
  // Of n = 512 units and m = 1024 inputs with B = 100: (2 n + m)/(6 B) = 3.41 times the passes.
  EXPECT_EQ(Recursion::product_period(512, 1024, 100, std::numeric_limits<double>::infinity()), 1U);
  EXPECT_EQ(Recursion::product_period(512, 1024, 100, 4), 1U);
  EXPECT_EQ(Recursion::product_period(512, 1024, 100, 1), 4U);
  EXPECT_EQ(Recursion::product_period(512, 1024, 1000, 0.1), 4U);
  EXPECT_EQ(Recursion::product_period(4, 4, 100, 1), 1U);
  const RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  for (const double share : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT([&] { LayerBlocks(*network.plan, pch_1, {.product_share = share}); },
                ThrowsMessage<UsageError>(HasSubstr("expected a number above 0")));
  }
}

/// Kept: Wᵀ G W of run 0. Of each run: E[σ' σ'ᵀ], the residual, and what is above all products.
TEST(Recursion, KeepsProductsAndMakesTheRestAnew) {
  RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  const double share = (2.0 * 3 + 5) / (6 * 6) / 2.5;  // every third run
  LayerBlocks propagation(*network.plan, pch_1, {.product_share = share});
  ASSERT_TRUE(propagation.run(0).usable());
  ASSERT_EQ(propagation.state().size(), 1U);
  const Matrix W = from_view(network.parameter(2).view());
  const Matrix of_run_0 = product(transposed(W), product(recursion_block(propagation, 1), W));
  EXPECT_LT(relative_error(from_view(propagation.state()[0].values), of_run_0), 1e-12);

  Random random(5, Random::Stream::Test);
  for (int run = 1; run <= 3; ++run) {
    network.parameter(2).assign(random_matrix(random, 3, 5).values);
    copy_to_device(random_matrix(random, 4, 6).values, network.plan->input(network.model.input));
    network.run();
    ASSERT_TRUE(propagation.run(static_cast<std::uint64_t>(run)).usable());
    LayerBlocks fresh(*network.plan, pch_1);
    ASSERT_TRUE(fresh.run().usable());
    EXPECT_EQ(recursion_block(propagation, 1).values, recursion_block(fresh, 1).values)
        << "no product is above the last layer";
    const Matrix now = from_view(network.parameter(2).view());
    const Matrix fresh_product = product(transposed(now), product(recursion_block(fresh, 1), now));
    // Both blocks are P ⊙ E[σ' σ'ᵀ] + diag(residual): off the diagonal they differ by the factor that their products
    // do.
    const Matrix kept = recursion_block(propagation, 0);
    const Matrix made = recursion_block(fresh, 0);
    for (int row = 0; row < 5; ++row) {
      for (int col = 0; col < 5; ++col) {
        if (row == col || run == 3) continue;
        EXPECT_NEAR(kept(row, col), of_run_0(row, col) / fresh_product(row, col) * made(row, col), 1e-12);
      }
    }
    if (run == 3) {
      EXPECT_EQ(kept.values, made.values) << "made anew";
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
