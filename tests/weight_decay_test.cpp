#include "framework/optimizers/weight_decay.h"

#include <cstddef>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "models/dsl.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ThrowsMessage;

TEST(WeightDecay, ScalesEachWeightThatThePlanUsesOnce) {
  Graph graph;
  const Expr x = graph.input(4);
  dense(x, 2);  // parameters 0 and 1, which the plan does not use
  const Weight w = weight(graph, 4, 4);
  const Bias b = bias(graph, 4);
  const Expr h = hyperbolic_tangent(w * hyperbolic_tangent(w * x + b) + b);
  Plan plan(graph, squared_error(dense(h, 3), graph.input(3)), 2, Plan::Buffers::ValuesAndDeltas);
  for (Tensor& parameter : graph.parameters()) fill(parameter, 2);
  decay_weights(plan, 0.75);
  const std::vector<real> expected{2, 2, 1.5, 2, 1.5, 2};
  ASSERT_EQ(graph.parameters().size(), expected.size());
  for (std::size_t p = 0; p < expected.size(); ++p) {
    EXPECT_THAT(graph.parameters()[p].to_host(), Each(expected[p])) << p;
  }
}

TEST(WeightDecay, IsANumberFromZero) {
  require_valid_decay("sgd", 0);
  require_valid_decay("sgd", 0.1);
  EXPECT_THAT([] { require_valid_decay("sgd", -0.1); },
              ThrowsMessage<UsageError>("sgd: weight decay is -0.1, expected a number from 0"));
  for (const double decay : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(require_valid_decay("sgd", decay), UsageError);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
