#include "models/dsl.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/plan.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

/// Numbers in [-1, 1), the same in every run.
std::vector<real> numbers(std::size_t count, std::uint64_t seed) {
  Random random(seed, Random::Stream::Test);
  std::vector<real> values(count);
  for (real& value : values) value = static_cast<real>(random.uniform(-1, 1));
  return values;
}

void assign(Parameter parameter, const std::vector<real>& values) {
  parameter.graph->parameters()[static_cast<std::size_t>(parameter.index)].assign(values);
}

int features_of(Expr expr) { return expr.graph->nodes()[static_cast<std::size_t>(expr.index)].features; }

TEST(Dsl, EvaluatesALayerAsItReads) {
  constexpr std::size_t outputs = 3;
  constexpr std::size_t inputs = 4;
  constexpr std::size_t batch = 5;
  const auto w = numbers(outputs * inputs, 1);
  const auto b = numbers(outputs, 2);
  const auto samples = numbers(inputs * batch, 3);

  Graph graph;
  const Expr x = graph.input(inputs);
  const Weight W = weight(graph, outputs, inputs);
  const Bias bias_vector = bias(graph, outputs);
  const Expr h = sigmoid(W * x + bias_vector);
  assign(W.parameter, w);
  assign(bias_vector.parameter, b);
  Plan plan(graph, h, batch, Plan::Buffers::Values);
  copy_to_device(samples, plan.input(x));
  plan.forward();
  const std::vector<real> found = to_host(plan.value(h));

  // z sums 5 terms of at most 1, so it is within 5·5 roundings of 1; the sigmoid's slope of 1/4 and its own few
  // roundings leave less than 10.
  const double tolerance = 10.0 * std::numeric_limits<real>::epsilon();
  ASSERT_EQ(found.size(), outputs * batch);
  for (std::size_t sample = 0; sample < batch; ++sample) {
    for (std::size_t row = 0; row < outputs; ++row) {
      double z = b[row];
      for (std::size_t col = 0; col < inputs; ++col) {
        z += static_cast<double>(w[row + col * outputs]) * samples[col + sample * inputs];
      }
      EXPECT_NEAR(found[row + sample * outputs], 1 / (1 + std::exp(-z)), tolerance) << row << ", " << sample;
    }
  }
}

TEST(Dsl, BuildsTheNetworkOfItsDescription) {
  Graph graph;
  const Expr x = graph.input(784);
  const Weight W1 = weight(graph, 512, 784);
  const Bias b1 = bias(graph, 512);
  const Expr h1 = sigmoid(W1 * x + b1);
  const Expr z2 = dense(h1, 10);
  const Expr loss = softmax_cross_entropy(z2, graph.input(10));

  EXPECT_EQ(features_of(h1), 512);
  EXPECT_EQ(features_of(z2), 10);
  EXPECT_EQ(features_of(loss), 1);
  std::vector<Shape> shapes;
  for (const Tensor& parameter : graph.parameters()) shapes.push_back(parameter.shape());
  EXPECT_THAT(shapes, ElementsAre(Shape{512, 784}, Shape{512, 1}, Shape{10, 512}, Shape{10, 1}));
}

TEST(Dsl, DenseMakesParametersOfItsOwn) {
  Graph graph;
  const Expr x = graph.input(4);
  const Expr first = dense(x, 3);
  const Expr second = dense(x, 3);
  EXPECT_THAT(graph.nodes()[static_cast<std::size_t>(first.index)].parameters, ElementsAre(0, 1));
  EXPECT_THAT(graph.nodes()[static_cast<std::size_t>(second.index)].parameters, ElementsAre(2, 3));
}

TEST(Dsl, SharesAWeightThatIsUsedTwice) {
  Graph graph;
  const Expr x = graph.input(2);
  const Weight W = weight(graph, 2, 2);
  const Bias b = bias(graph, 2);
  const Expr y = W * (W * x + b) + b;
  assign(W.parameter, {0, 2, 3, 0});  // columns: (0, 2), (3, 0)
  assign(b.parameter, {1, -1});
  Plan plan(graph, y, 1, Plan::Buffers::Values);
  copy_to_device(std::vector<real>{10, 20}, plan.input(x));
  plan.forward();
  EXPECT_THAT(to_host(plan.value(y)), ElementsAre(58, 121));  // W (61, 19) + b
  EXPECT_EQ(graph.parameters().size(), 2U);
}

TEST(Dsl, NamesBothShapesThatDoNotFit) {
  Graph graph;
  const Expr x = graph.input(5);
  EXPECT_THAT([&] { weight(graph, 3, 4) * x + bias(graph, 3); },
              ThrowsMessage<UsageError>("affine: a 3x4 weight does not take 5 features"));
  EXPECT_THAT([&] { weight(graph, 3, 5) * x + bias(graph, 2); },
              ThrowsMessage<UsageError>("affine: a 2x1 bias does not go with a 3x5 weight"));
  EXPECT_THAT([&] { squared_error(dense(x, 3), graph.input(2)); },
              ThrowsMessage<UsageError>("squared-error: 3 outputs against 2 targets, expected as many"));
  EXPECT_THAT([&] { dense(x, 0); }, ThrowsMessage<UsageError>("parameter: shape 0x5, expected at least 1x1"));
}

TEST(Dsl, RefusesPartsOfDifferentGraphs) {
  Graph graph;
  Graph other;
  const Expr x = graph.input(2);
  EXPECT_THAT([&] { weight(other, 3, 2) * x + bias(graph, 3); },
              ThrowsMessage<UsageError>("affine: a parameter belongs to another graph"));
  EXPECT_THAT([&] { weight(graph, 3, 2) * x + bias(other, 3); },
              ThrowsMessage<UsageError>("affine: a parameter belongs to another graph"));
  EXPECT_THAT([&] { squared_error(x, other.input(2)); },
              ThrowsMessage<UsageError>("squared-error: an input belongs to another graph"));
}

TEST(Dsl, RefusesPartsOfNoGraph) {
  Graph graph;
  const Expr x = graph.input(2);
  EXPECT_THAT([&] { weight(graph, 3, 2) * Expr{} + bias(graph, 3); },
              ThrowsMessage<UsageError>("affine: its input belongs to no graph"));
  EXPECT_THAT([&] { Weight{} * x + bias(graph, 3); },
              ThrowsMessage<UsageError>("affine: a parameter belongs to another graph"));
  EXPECT_THAT([&] { dense(Expr{}, 3); }, ThrowsMessage<UsageError>("affine: its input belongs to no graph"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
