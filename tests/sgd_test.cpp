#include "framework/optimizers/sgd.h"

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "models/dsl.h"
#include "tests/support/network.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::Lt;

constexpr int kSgdSteps = 5;
constexpr int kSgdParameters = 4;

RandomNetwork sgd_network() { return RandomNetwork({4, 5, 3}, hyperbolic_tangent, squared_error, 7); }

std::vector<Matrix> sgd_parameters(const RandomNetwork& network) {
  std::vector<Matrix> values;
  for (const Tensor& parameter : network.model.graph->parameters()) values.push_back(from_view(parameter));
  return values;
}

void train(const RandomNetwork& network, Sgd& sgd) {
  for (int step = 0; step < kSgdSteps; ++step) {
    network.run();
    sgd.step();
  }
}

TEST(Sgd, FollowsTheRecursion) {
  for (const SgdOptions& options :
       {SgdOptions{}, SgdOptions{.learning_rate = 0.5, .momentum = 0},
        SgdOptions{.learning_rate = 0.01, .momentum = 0.5},
        SgdOptions{.schedule = {.kind = LearningRateSchedule::Kind::Linear, .warm_up = 2, .steps = kSgdSteps},
        .weight_decay = 0.2}}) {
    const RandomNetwork network = sgd_network();
    Sgd sgd(*network.plan, options);
    std::vector<Matrix> theta = sgd_parameters(network);
    std::vector<Matrix> v;
    for (const Matrix& parameter : theta) v.emplace_back(parameter.rows, parameter.cols);
    for (int step = 1; step <= kSgdSteps; ++step) {
      network.run();
      const StepSummary summary = sgd.step();
      EXPECT_TRUE(summary.taken);
      EXPECT_THAT(summary.message, IsEmpty());
      for (int p = 0; p < kSgdParameters; ++p) {
        const std::size_t i = static_cast<std::size_t>(p);
        v[i] = options.momentum * v[i] + from_view(network.plan->parameter_gradient(p));
        const double eta = options.learning_rate * options.schedule.factor(step - 1);
        if (p % 2 == 0) theta[i] = (1 - eta * options.weight_decay) * theta[i];  // weights, not biases
        theta[i] = theta[i] + -eta * v[i];
        // Every step rounds θ and v at most four times, here and there.
        EXPECT_LE(relative_error(from_view(network.parameter(p)), theta[i]),
                  4.0 * step * std::numeric_limits<real>::epsilon())
            << "momentum " << options.momentum << ", step " << step << ", parameter " << p;
      }
    }
  }
}

TEST(Sgd, TakesTheSameStepsWhereGradientsOfWeightsAreLeftOut) {
  const RandomNetwork whole({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  const RandomNetwork deltas({4, 5, 3}, sigmoid, softmax_cross_entropy, 6, 1, Plan::Buffers::ValuesAndDeltas);
  Sgd of_whole(*whole.plan, {});
  Sgd of_deltas(*deltas.plan, {});
  train(whole, of_whole);
  train(deltas, of_deltas);
  for (int p = 0; p < 4; ++p) {
    EXPECT_LE(relative_error(from_view(deltas.parameter(p)), from_view(whole.parameter(p))),
              100 * static_cast<double>(std::numeric_limits<real>::epsilon()));
  }
}

TEST(Sgd, DescendsTheMeanLoss) {
  const RandomNetwork network = sgd_network();
  Sgd sgd(*network.plan, {.learning_rate = 0.05, .momentum = 0});
  double before = network.plan->mean_loss();
  for (int step = 1; step <= kSgdSteps; ++step) {
    sgd.step();
    network.run();
    EXPECT_LT(network.plan->mean_loss(), before) << step;
    before = network.plan->mean_loss();
  }
}

TEST(Sgd, LeavesParametersThatTheRootDoesNotNeed) {
  Graph graph;
  const Expr x = graph.input(4);
  dense(x, 2);  // parameters 0 and 1
  const Expr t = graph.input(3);
  Plan plan(graph, squared_error(dense(x, 3), t), 7, Plan::Buffers::ValuesAndGradients);
  for (Tensor& parameter : graph.parameters()) fill(parameter, 0.5);
  fill(plan.input(x), 1);
  fill(plan.input(t), -1);
  Sgd sgd(plan, {});
  plan.forward();
  plan.backward();
  sgd.step();
  for (const std::size_t unneeded : {0U, 1U}) EXPECT_THAT(graph.parameters()[unneeded].to_host(), Each(0.5));
  for (const std::size_t trained : {2U, 3U}) EXPECT_THAT(graph.parameters()[trained].to_host(), Each(Lt(0.5)));
}

TEST(Sgd, ContinuesBitForBitFromItsState) {
  const RandomNetwork network = sgd_network();
  Sgd sgd(*network.plan, {});
  train(network, sgd);
  const std::vector<Matrix> saved_parameters = sgd_parameters(network);
  std::vector<Matrix> saved_velocity;
  for (std::size_t p = 0; p < kSgdParameters; ++p) {
    const NamedState state = sgd.state().at(p);
    EXPECT_EQ(state.name, "velocity." + std::to_string(p));
    EXPECT_EQ(state.values.shape(), network.model.graph->parameters()[p].shape());
    saved_velocity.push_back(from_view(state.values));
  }
  EXPECT_EQ(sgd.state().size(), static_cast<std::size_t>(kSgdParameters));
  train(network, sgd);
  const std::vector<Matrix> uninterrupted = sgd_parameters(network);

  const auto resume = [&](bool with_state) {
    for (std::size_t p = 0; p < kSgdParameters; ++p) {
      network.model.graph->parameters()[p].assign(saved_parameters[p].values);
    }
    Sgd resumed(*network.plan, {});
    for (std::size_t p = 0; with_state && p < kSgdParameters; ++p) {
      copy_to_device(saved_velocity[p].values, resumed.state()[p].values);
    }
    train(network, resumed);
    return sgd_parameters(network);
  };
  EXPECT_EQ(resume(true), uninterrupted);
  EXPECT_NE(resume(false), uninterrupted);
}

TEST(Sgd, RefusesAScheduleAndADecayOutOfRange) {
  const RandomNetwork network = sgd_network();
  EXPECT_THAT([&] { Sgd(*network.plan, {.schedule = {.warm_up = -1}}); },
              testing::ThrowsMessage<UsageError>("sgd: -1 steps of warm-up, expected at least 0"));
  EXPECT_THAT([&] { Sgd(*network.plan, {.weight_decay = -1}); },
              testing::ThrowsMessage<UsageError>("sgd: weight decay is -1, expected a number from 0"));
}

TEST(Sgd, RefusesAPlanWithoutGradients) {
  const Model model = mlp(std::vector<int>{2, 3}, sigmoid, squared_error);
  Plan plan(*model.graph, model.loss, 1, Plan::Buffers::Values);
  EXPECT_THAT([&] { Sgd(plan, {}); }, testing::ThrowsMessage<UsageError>("sgd: the plan has no gradients, expected one "
                                                                         "made with ValuesAndGradients"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
