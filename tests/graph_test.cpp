#include "framework/graph.h"

#include <array>
#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "models/dsl.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

TEST(Graph, KeepsNodesInConstructionOrder) {
  Graph graph;
  const Expr x = graph.input(4);
  const Weight w = weight(graph, 3, 4);
  const Bias b = bias(graph, 3);
  const Expr z = w * x + b;
  const Expr h = sigmoid(z);
  const Expr t = graph.input(3);
  const Expr loss = softmax_cross_entropy(h, t);

  const std::array expressions = {x, z, h, t, loss};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(expressions[static_cast<std::size_t>(i)].index, i);
    EXPECT_EQ(expressions[static_cast<std::size_t>(i)].graph, &graph);
  }
  struct Expected {
    const Op* op;
    int features;
    std::vector<int> inputs;
    std::vector<int> parameters;
  };
  const std::vector<Expected> expected = {{nullptr, 4, {}, {}},
                                          {&affine, 3, {0}, {0, 1}},
                                          {&sigmoid, 3, {1}, {}},
                                          {nullptr, 3, {}, {}},
                                          {&softmax_cross_entropy, 1, {2, 3}, {}}};
  ASSERT_THAT(graph.nodes(), SizeIs(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Node& node = graph.nodes()[i];
    EXPECT_EQ(node.op, expected[i].op) << i;
    EXPECT_EQ(node.features, expected[i].features) << i;
    EXPECT_EQ(node.inputs, expected[i].inputs) << i;
    EXPECT_EQ(node.parameters, expected[i].parameters) << i;
  }
}

TEST(Graph, DescribesNodesAsMessagesNameThem) {
  Graph graph;
  const Expr x = graph.input(4);
  const Expr z = dense(x, 3);
  const Expr h = sigmoid(z);
  const Expr loss = squared_error(h, graph.input(3));
  EXPECT_EQ(graph.describe(x.index), "input (node 0, 4 features)");
  EXPECT_EQ(graph.describe(z.index), "affine (node 1, 3 features)");
  EXPECT_EQ(graph.describe(h.index), "sigmoid (node 2, 3 features)");
  EXPECT_EQ(graph.describe(loss.index), "squared-error (node 4, 1 features)");
}

TEST(Graph, MakesParametersThatAreZero) {
  Graph graph;
  const Parameter w = graph.parameter({3, 4});
  const Parameter b = graph.parameter({3, 1});
  EXPECT_EQ(w.index, 0);
  EXPECT_EQ(b.index, 1);
  EXPECT_EQ(b.graph, &graph);
  ASSERT_THAT(graph.parameters(), SizeIs(2));
  EXPECT_EQ(graph.parameters()[0].shape(), (Shape{3, 4}));
  EXPECT_EQ(graph.parameters()[1].shape(), (Shape{3, 1}));
  EXPECT_THAT(graph.parameters()[0].to_host(), Each(0));
}

TEST(Graph, LetsLayersShareParameters) {
  Graph graph;
  const Weight w = weight(graph, 3, 3);
  const Bias b = bias(graph, 3);
  const Expr z1 = w * graph.input(3) + b;
  const Expr z2 = w * z1 + b;
  EXPECT_THAT(graph.parameters(), SizeIs(2));
  EXPECT_THAT(graph.nodes()[static_cast<std::size_t>(z2.index)].parameters, ElementsAre(0, 1));
}

TEST(Graph, NamesWhatDoesNotFit) {
  Graph graph;
  Graph other;
  const Expr x = graph.input(4);
  const Expr foreign = other.input(4);
  const Parameter w = graph.parameter({3, 4});
  const Parameter b = graph.parameter({3, 1});
  const Parameter foreign_b = other.parameter({3, 1});
  const auto apply = [&](const Op& op, std::vector<Expr> inputs, std::vector<Parameter> parameters) {
    return [&graph, &op, inputs, parameters] { graph.apply(op, inputs, parameters); };
  };
  struct Case {
    std::function<void()> call;
    const char* message;
  };
  const std::vector<Case> cases = {
      {[&] { graph.input(0); }, "input: 0 features, expected at least 1"},
      {[&] { graph.input(-3); }, "input: -3 features, expected at least 1"},
      {[&] {
         graph.parameter({0, 4});
       },
       "parameter: shape 0x4, expected at least 1x1"},
      {[&] {
         graph.parameter({4, -1});
       },
       "parameter: shape 4x-1, expected at least 1x1"},

      {[&] { softmax_cross_entropy(x); }, "cross-entropy: 1 inputs, expected 2"},
      {[&] { sigmoid(x, x); }, "sigmoid: 2 inputs, expected 1"},
      {apply(affine, {}, {w, b}), "affine: 0 inputs, expected 1"},

      {[&] { sigmoid(Expr{}); }, "sigmoid: its input belongs to no graph"},
      {[&] { squared_error(Expr{}, x); }, "squared-error: its input belongs to no graph"},
      {[&] { squared_error(x, Expr{}); }, "squared-error: an input belongs to another graph"},
      {[&] { squared_error(x, foreign); }, "squared-error: an input belongs to another graph"},
      {apply(sigmoid, {foreign}, {}), "sigmoid: an input belongs to another graph"},
      {apply(affine, {x}, {w, foreign_b}), "affine: a parameter belongs to another graph"},

      {[&] { affine(x); }, "affine: 0 parameters, expected a weight and a bias"},
      {apply(affine, {x}, {w}), "affine: 1 parameters, expected a weight and a bias"},
      {apply(affine, {x}, {w, b, b}), "affine: 3 parameters, expected a weight and a bias"},
      {apply(affine, {graph.input(5)}, {w, b}), "affine: a 3x4 weight does not take 5 features"},
      {apply(affine, {x}, {w, graph.parameter({4, 1})}), "affine: a 4x1 bias does not go with a 3x4 weight"},
      {apply(affine, {x}, {w, graph.parameter({1, 3})}), "affine: a 1x3 bias does not go with a 3x4 weight"},
      {apply(sigmoid, {x}, {b}), "sigmoid: 1 parameters, expected none"},

      {[&] { bounded(x, graph.input(3)); }, "bounded: 4 outputs against 3 targets, expected as many"},
      {[&] { squared_error(graph.input(1), x); }, "squared-error: 1 outputs against 4 targets, expected as many"},
  };
  for (const Case& one : cases) EXPECT_THAT(one.call, ThrowsMessage<UsageError>(one.message));
}

TEST(Graph, StaysAsItWasWhenANodeIsRefused) {
  Graph graph;
  const Expr x = graph.input(4);
  const Parameter w = graph.parameter({3, 5});
  const Parameter b = graph.parameter({3, 1});
  EXPECT_THROW(graph.apply(affine, std::array{x}, std::array{w, b}), UsageError);
  EXPECT_THAT(graph.nodes(), SizeIs(1));
  EXPECT_EQ(sigmoid(x).index, 1);
}

TEST(Graph, IsEmptyAtFirst) {
  Graph graph;
  EXPECT_THAT(graph.nodes(), IsEmpty());
  EXPECT_THAT(graph.parameters(), IsEmpty());
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
