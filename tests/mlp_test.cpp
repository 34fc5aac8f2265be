#include "models/mlp.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Layers = std::vector<int>;

/// Every node as "op features of inputs".
std::vector<std::string> described(const Graph& graph) {
  std::vector<std::string> nodes;
  for (const Node& node : graph.nodes()) {
    nodes.push_back(fmt::format("{} {}", node.op == nullptr ? "input" : node.op->name, node.features));
    if (node.op != nullptr) nodes.back() += fmt::format(" of {}", fmt::join(node.inputs, ", "));
  }
  return nodes;
}

std::vector<std::string> parameter_shapes(const Graph& graph) {
  std::vector<std::string> shapes;
  for (const Tensor& parameter : graph.parameters()) shapes.push_back(to_string(parameter.shape()));
  return shapes;
}

TEST(Mlp, PutsAnActivationAfterEveryLayerButTheLast) {
  const Model model = mlp(Layers{4, 3, 5, 2}, hyperbolic_tangent, squared_error);
  EXPECT_THAT(described(*model.graph),
              ElementsAre("input 4", "affine 3 of 0", "tanh 3 of 1", "affine 5 of 2", "tanh 5 of 3", "affine 2 of 4",
                          "input 2", "squared-error 1 of 5, 6"));
  EXPECT_EQ(model.input.index, 0);
  EXPECT_EQ(model.output.index, 5);
  EXPECT_EQ(model.target.index, 6);
  EXPECT_EQ(model.loss.index, 7);
}

TEST(Mlp, GivesEveryLayerAWeightAndABiasOfZeros) {
  const Model model = mlp(Layers{4, 3, 5, 2}, sigmoid, softmax_cross_entropy);
  EXPECT_THAT(parameter_shapes(*model.graph), ElementsAre("3x4", "3x1", "5x3", "5x1", "2x5", "2x1"));
  for (const Tensor& parameter : model.graph->parameters()) EXPECT_THAT(parameter.to_host(), Each(real{0}));
  for (const auto& [node, parameters] : {std::pair{1, Layers{0, 1}}, {3, {2, 3}}, {5, {4, 5}}}) {
    EXPECT_EQ(model.graph->nodes()[static_cast<std::size_t>(node)].parameters, parameters) << node;
  }
}

TEST(Mlp, OfTwoSizesIsOneLayerWithoutActivation) {
  const Model model = mlp(Layers{4, 2}, relu, bounded);
  EXPECT_THAT(described(*model.graph), ElementsAre("input 4", "affine 2 of 0", "input 2", "bounded 1 of 1, 2"));
}

TEST(Mlp, KeepsItsHandlesWhenMoved) {
  Model made = mlp(Layers{4, 3, 2}, relu, squared_error);
  const Model moved = std::move(made);
  for (const Expr& expr : {moved.input, moved.output, moved.target, moved.loss}) {
    EXPECT_EQ(expr.graph, moved.graph.get()) << expr.index;
  }
}

TEST(Mlp, RefusesLayersAndOpsThatMakeNoNetwork) {
  struct Case {
    Layers layers;
    const Op& activation;
    const Op& criterion;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{}, sigmoid, squared_error, "layers: 0 size given, expected the input's and at least one more"},
      {{4}, sigmoid, squared_error, "layers: 1 size given, expected the input's and at least one more"},
      {{0, 2}, sigmoid, squared_error, "input: 0 features, expected at least 1"},
      {{4, -3, 2}, sigmoid, squared_error, "parameter: shape -3x4, expected at least 1x1"},
      {{4, 3, 0}, sigmoid, squared_error, "parameter: shape 0x3, expected at least 1x1"},
      {{4, 3, 2}, squared_error, squared_error, "squared-error: 1 inputs, expected 2"},
      {{4, 3, 2}, sigmoid, relu, "relu: 2 inputs, expected 1"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT([&] { mlp(one.layers, one.activation, one.criterion); }, ThrowsMessage<UsageError>(one.message));
  }
}

TEST(ParseLayers, ReadsSizesInOrder) {
  EXPECT_EQ(parse_layers("784-512-10"), (Layers{784, 512, 10}));
  EXPECT_EQ(parse_layers("3-2"), (Layers{3, 2}));
  EXPECT_EQ(parse_layers("1-2147483647"), (Layers{1, 2147483647}));
}

TEST(ParseLayers, KnowsThePaperNetworks) {
  EXPECT_EQ(parse_layers("cifar-10"), (Layers{3072, 1024, 512, 256, 128, 64, 32, 16, 10}));
  EXPECT_EQ(parse_layers("imagenet-10"), (Layers{150528, 1024, 512, 256, 128, 64, 32, 16, 10}));
  EXPECT_EQ(paper_networks().size(), 2U);
}

TEST(ParseLayers, RefusesAnythingElseAndSaysWhatItExpects) {
  for (const std::string text :
       {"", "-", "784", "784-", "-784-10", "784--10", "784-10-", "784-0-10", "784-+5-10", "784 - 10", "784,10",
        "784-10x", "784-2147483648", "cifar", "Cifar-10", "cifar-10-10"}) {
    std::vector<testing::Matcher<const std::string&>> expected{HasSubstr("layers '" + text + "': "),
                                                               HasSubstr("expected sizes such as 784-512-10")};
    for (const PaperNetwork& network : paper_networks()) expected.push_back(HasSubstr(std::string(network.name)));
    EXPECT_THAT([&] { parse_layers(text); }, ThrowsMessage<UsageError>(testing::AllOfArray(expected)));
  }
}

TEST(FormatLayers, IsWhatParseLayersReads) {
  EXPECT_EQ(format_layers(Layers{784, 512, 10}), "784-512-10");
  for (const PaperNetwork& network : paper_networks()) {
    EXPECT_EQ(format_layers(parse_layers(network.name)), network.layers);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
