#include "framework/plan.h"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "models/dsl.h"
#include "tests/support/network.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr auto with_gradients = Plan::Buffers::ValuesAndGradients;

int as_its_input(const ShapeArgs& args) { return args.features[0]; }

/// Fails any run that reaches it.
const Op forbidden{.name = "forbidden", .shape = as_its_input, .forward = [](const ForwardArgs&) {
                     throw std::logic_error("run, though the root does not need it");
                   }};

std::vector<const real*> scratch_taken;

/// y = x, and takes note of the scratch matrix that its backward rule is given.
const Op takes_scratch{.name = "takes-scratch",
                       .shape = as_its_input,
                       .forward = [](const ForwardArgs& args) { copy(args.x[0], args.y); },
                       .backward =
                           [](const BackwardArgs& args) {
                             scratch_taken.push_back(args.workspace.take(args.dy.rows, args.dy.cols).data);
                             axpy(1, args.dy, args.dx[0]);
                           }};

void load(Plan& plan, const Model& model, Random& random) {
  copy_to_device(random_matrix(random, plan.input(model.input).rows, plan.batch()).values, plan.input(model.input));
  copy_to_device(random_matrix(random, plan.input(model.target).rows, plan.batch()).values, plan.input(model.target));
}

/// All that a run leaves: values and gradients of every node, gradients of every parameter.
std::vector<Matrix> run(Plan& plan) {
  plan.forward();
  plan.backward();
  std::vector<Matrix> left;
  for (const int node : plan.order()) {
    left.push_back(from_view(plan.views(node).y));
    left.push_back(from_view(plan.views(node).dy));
    for (const MatrixView gradient : plan.views(node).dparameters) left.push_back(from_view(gradient));
  }
  return left;
}

RandomNetwork tanh_network() { return RandomNetwork({4, 5, 3}, hyperbolic_tangent, squared_error, 7); }

TEST(Plan, RunsOnlyWhatTheRootNeeds) {
  Graph graph;
  const Expr x = graph.input(4);
  const Expr z = dense(x, 3);
  const Expr side = forbidden(z);
  const Expr h = sigmoid(z);
  const Expr t = graph.input(3);
  const Expr loss = squared_error(h, t);
  Plan plan(graph, h, 2, Plan::Buffers::Values);
  EXPECT_THAT(plan.order(), ElementsAre(x.index, z.index, h.index));
  EXPECT_NO_THROW(plan.forward());
  for (const Expr unneeded : {side, t, loss}) EXPECT_FALSE(plan.value(unneeded)) << unneeded.index;
  EXPECT_EQ(plan.value(h).shape(), (Shape{3, 2}));
  EXPECT_THAT(to_host(plan.value(h)), Each(0.5));  // parameters are zero

  const Plan whole(graph, loss, 2, with_gradients);
  EXPECT_THAT(whole.order(), ElementsAre(x.index, z.index, h.index, t.index, loss.index));
  EXPECT_EQ(whole.root(), loss.index);
  EXPECT_EQ(&whole.graph(), &graph);
}

TEST(Plan, KeepsGradientsWhereParametersAreBelow) {
  Graph graph;
  const Expr x = graph.input(4);
  const Expr squashed = hyperbolic_tangent(x);
  const Expr z = dense(squashed, 3);
  const Expr t = graph.input(3);
  const Expr loss = squared_error(z, t);
  dense(z, 2);  // parameters 2 and 3, not below the loss
  const Plan plan(graph, loss, 2, with_gradients);
  for (const Expr constant : {x, squashed, t}) {
    EXPECT_FALSE(plan.trainable(constant.index)) << constant.index;
    EXPECT_FALSE(plan.gradient(constant)) << constant.index;
  }
  for (const Expr trained : {z, loss}) {
    EXPECT_TRUE(plan.trainable(trained.index)) << trained.index;
    EXPECT_EQ(plan.gradient(trained).shape(), plan.value(trained).shape()) << trained.index;
  }
  EXPECT_EQ(plan.parameter_gradient(0).shape(), (Shape{3, 4}));
  EXPECT_EQ(plan.parameter_gradient(1).shape(), (Shape{3, 1}));
  EXPECT_FALSE(plan.parameter_gradient(2));

  const Plan values(graph, loss, 2, Plan::Buffers::Values);
  EXPECT_TRUE(values.trainable(z.index));
  EXPECT_FALSE(values.gradient(z));
  EXPECT_FALSE(values.parameter_gradient(0));
}

TEST(Plan, MeanLossIsOverSamplesAndRows) {
  Graph graph;
  const Expr x = graph.input(2);
  Plan plan(graph, identity(x), 4, Plan::Buffers::Values);
  plan.set_batch(3);
  copy_to_device(std::vector<real>{1, 2, 3, 4, 5, 9}, plan.input(x));
  plan.forward();
  EXPECT_EQ(plan.mean_loss(), 4);
}

TEST(Plan, RunsFewerSamplesAsAPlanOfThatSize) {
  const RandomNetwork network = tanh_network();
  const Model& model = network.model;
  for (const int columns : {3, 1, 6, 7, 2}) {
    network.plan->set_batch(columns);
    Plan fitting(*model.graph, model.loss, columns, with_gradients);
    for (Plan* plan : {network.plan.get(), &fitting}) {
      Random random(static_cast<std::uint64_t>(columns), Random::Stream::Test);
      load(*plan, model, random);
      EXPECT_EQ(plan->batch(), columns);
    }
    EXPECT_EQ(run(*network.plan), run(fitting)) << columns;
    EXPECT_EQ(network.plan->mean_loss(), fitting.mean_loss()) << columns;
  }
}

TEST(Plan, LeavesTheSameBitsWhenRunAgain) {
  const RandomNetwork network = tanh_network();
  const std::vector<Matrix> first = run(*network.plan);
  EXPECT_EQ(run(*network.plan), first);
  network.plan->set_batch(2);
  run(*network.plan);
  network.plan->set_batch(7);
  Random random(1, Random::Stream::Test);
  load(*network.plan, network.model, random);
  const std::vector<Matrix> other = run(*network.plan);
  EXPECT_NE(other, first);
  EXPECT_EQ(run(*network.plan), other);
}

TEST(Plan, SharesParametersWithOtherPlansOfTheGraph) {
  const RandomNetwork network = tanh_network();
  Plan other(*network.model.graph, network.model.loss, 7, with_gradients);
  for (Tensor& parameter : network.model.graph->parameters()) fill(parameter, 0.25);
  for (Plan* plan : {network.plan.get(), &other}) {
    Random random(1, Random::Stream::Test);
    load(*plan, network.model, random);
  }
  EXPECT_EQ(run(other), run(*network.plan));
}

TEST(Plan, StaysGoodWhenTheGraphGrows) {
  const RandomNetwork network = tanh_network();
  for (int i = 0; i < 20; ++i) dense(network.model.output, 2);
  for (int p = 0; p < 4; ++p) fill(network.parameter(p), 0.25);
  Plan later(*network.model.graph, network.model.loss, 7, with_gradients);
  for (Plan* plan : {network.plan.get(), &later}) {
    Random random(1, Random::Stream::Test);
    load(*plan, network.model, random);
  }
  EXPECT_EQ(run(*network.plan), run(later));
}

TEST(Plan, BackwardTakesTheSameScratchEveryTime) {
  Graph graph;
  const Expr first = takes_scratch(dense(graph.input(4), 3));
  const Expr second = takes_scratch(dense(first, 3));
  Plan plan(graph, squared_error(second, graph.input(3)), 2, with_gradients);
  plan.forward();
  scratch_taken.clear();
  for (int i = 0; i < 3; ++i) plan.backward();
  EXPECT_THAT(scratch_taken, AllOf(SizeIs(6), Each(scratch_taken.front())));
}

TEST(Plan, NamesMisuse) {
  const RandomNetwork network = tanh_network();
  const RandomNetwork other = tanh_network();
  Graph& graph = *network.model.graph;
  Plan& plan = *network.plan;
  Plan values(graph, network.model.loss, 2, Plan::Buffers::Values);
  Plan untrainable(graph, network.model.input, 2, with_gradients);
  const Expr later = hyperbolic_tangent(network.model.output);
  struct Case {
    std::function<void()> call;
    const char* message;
  };
  const std::vector<Case> cases = {
      {[&] { Plan(graph, other.model.loss, 2, with_gradients); }, "plan: its root belongs to another graph"},
      {[&] { Plan(graph, Expr{}, 2, with_gradients); }, "plan: its root belongs to another graph"},
      {[&] { Plan(graph, network.model.loss, 0, with_gradients); }, "plan: a batch of 0 samples, expected at least 1"},
      {[&] { plan.set_batch(0); }, "plan: a batch of 0 samples, expected 1 to 7"},
      {[&] { plan.set_batch(8); }, "plan: a batch of 8 samples, expected 1 to 7"},
      {[&] { return plan.input(network.model.output); }, "plan: affine (node 3, 3 features) is not an input"},
      {[&] { return plan.input(other.model.input); }, "plan: the value belongs to another graph"},
      {[&] { return plan.value(other.model.output); }, "plan: the value belongs to another graph"},
      {[&] { return plan.gradient(Expr{}); }, "plan: the value belongs to another graph"},
      {[&] { return plan.value(later); }, "plan: tanh (node 6, 3 features) is newer than the plan"},
      {[&] { values.backward(); }, "plan: the plan has no gradients, expected one made with ValuesAndGradients"},
      {[&] { untrainable.backward(); }, "plan: no parameter is below input (node 0, 4 features)"},
  };
  for (const Case& one : cases) EXPECT_THAT(one.call, ThrowsMessage<UsageError>(one.message));
  EXPECT_EQ(plan.batch(), 7);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
