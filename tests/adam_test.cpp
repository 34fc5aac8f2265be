#include "framework/optimizers/adam.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>
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
using testing::ThrowsMessage;

using Kind = LearningRateSchedule::Kind;

constexpr int steps = 10;
constexpr int kAdamParameters = 4;
constexpr double kExact = std::is_same_v<real, double> ? 1e-12 : 2e-5;

const AdamOptions kScheduled{
    .learning_rate = 0.05, .schedule = {.kind = Kind::Cosine, .warm_up = 3, .steps = steps}, .weight_decay = 0.1};

RandomNetwork adam_network(Plan::Buffers buffers = Plan::Buffers::ValuesAndGradients) {
  return RandomNetwork({4, 5, 3}, hyperbolic_tangent, squared_error, 7, 1, buffers);
}

std::vector<Matrix> adam_parameters(const RandomNetwork& network) {
  std::vector<Matrix> values;
  for (const Tensor& parameter : network.model.graph->parameters()) values.push_back(from_view(parameter));
  return values;
}

void train(const RandomNetwork& network, Adam& adam, int count = steps) {
  for (int step = 0; step < count; ++step) {
    network.run();
    EXPECT_TRUE(adam.step().taken);
  }
}

/// The recursion in loops, in double.
class PlainAdam {
 public:
  PlainAdam(const AdamOptions& options, const std::vector<Matrix>& start) : options_(options) {
    for (const Matrix& parameter : start) {
      theta.emplace_back(parameter.values.begin(), parameter.values.end());
      m_.emplace_back(parameter.values.size());
      v_.emplace_back(parameter.values.size());
    }
  }

  void step(const Plan& plan) {
    const double eta = options_.learning_rate * options_.schedule.factor(t_);
    ++t_;
    for (std::size_t p = 0; p < theta.size(); ++p) {
      const std::vector<real> g = to_host(plan.parameter_gradient(static_cast<int>(p)));
      for (std::size_t i = 0; i < g.size(); ++i) {
        const double gradient = static_cast<double>(g[i]);
        m_[p][i] = options_.beta_1 * m_[p][i] + (1 - options_.beta_1) * gradient;
        v_[p][i] = options_.beta_2 * v_[p][i] + (1 - options_.beta_2) * gradient * gradient;
        const double m_hat = m_[p][i] / (1 - std::pow(options_.beta_1, t_));
        const double v_hat = v_[p][i] / (1 - std::pow(options_.beta_2, t_));
        if (p % 2 == 0) theta[p][i] -= eta * options_.weight_decay * theta[p][i];  // weights, not biases
        theta[p][i] -= eta * m_hat / (std::sqrt(v_hat) + options_.epsilon);
      }
    }
  }

  std::vector<std::vector<double>> theta;

 private:
  AdamOptions options_;
  std::vector<std::vector<double>> m_;
  std::vector<std::vector<double>> v_;
  int t_ = 0;
};

TEST(Adam, FollowsTheRecursion) {
  for (const AdamOptions& options :
       {AdamOptions{}, AdamOptions{.learning_rate = 0.1, .beta_1 = 0, .beta_2 = 0.5, .epsilon = 0.1},
        AdamOptions{.learning_rate = 0.01, .weight_decay = 0.3}, kScheduled}) {
    const RandomNetwork network = adam_network();
    Adam adam(*network.plan, options);
    PlainAdam plain(options, adam_parameters(network));
    for (int step = 1; step <= steps; ++step) {
      network.run();
      const StepSummary summary = adam.step();
      EXPECT_TRUE(summary.taken);
      EXPECT_THAT(summary.message, IsEmpty());
      plain.step(*network.plan);
      for (std::size_t p = 0; p < kAdamParameters; ++p) {
        const std::vector<real> found = network.model.graph->parameters()[p].to_host();
        for (std::size_t i = 0; i < found.size(); ++i) {
          ASSERT_NEAR(found[i], plain.theta[p][i], kExact * (1 + std::abs(plain.theta[p][i])))
              << "learning rate " << options.learning_rate << ", step " << step << ", parameter " << p << ", " << i;
        }
      }
    }
  }
}

TEST(Adam, TakesTheSameStepsWhereGradientsOfWeightsAreLeftOut) {
  const RandomNetwork whole = adam_network();
  const RandomNetwork deltas = adam_network(Plan::Buffers::ValuesAndDeltas);
  Adam of_whole(*whole.plan, kScheduled);
  Adam of_deltas(*deltas.plan, kScheduled);
  train(whole, of_whole);
  train(deltas, of_deltas);
  for (int p = 0; p < kAdamParameters; ++p) {
    EXPECT_LE(relative_error(from_view(deltas.parameter(p)), from_view(whole.parameter(p))), 10 * kExact) << p;
  }
}

/// What PyTorch 2's AdamW, in double, makes of a linear network in ten steps, with its weight decay on the weight only.
TEST(Adam, EndsWherePyTorchDoes) {
  struct Case {
    AdamOptions options;
    std::vector<double> expected;  ///< the weight, column after column, and the bias
  };
  const std::vector<Case> cases = {
      {{},
       {0.5099819864402485, 0.13499328365860247, -0.24000627747861483, 0.7400081271357358, 0.9900103684357663,
        -0.49000763615945897, 0.07247612222659126, -0.3650055831175407}},
      {{.learning_rate = 0.05, .beta_1 = 0.8, .beta_2 = 0.99, .epsilon = 1e-4, .weight_decay = 0.1},
       {0.7132685817571858, 0.5484117350236828, 0.17507127781908396, 0.31224281621853334, 0.5849837599616641,
        -0.06879708272242405, 0.21403830539904842, 0.08046471709524197}},
      {kScheduled,
       {0.7288576010674014, 0.4082249665234918, 0.04354219196608008, 0.44514985801628565, 0.6946288689578443,
        -0.20199252131698947, 0.27945508852659695, -0.08200221454493031}},
  };
  for (const auto& [options, expected] : cases) {
    const Model model = mlp(std::vector<int>{3, 2}, identity, squared_error);
    model.graph->parameters()[0].assign(std::vector<real>{0.5, 0.125, -0.25, 0.75, 1, -0.5});
    model.graph->parameters()[1].assign(std::vector<real>{0.0625, -0.375});
    Plan plan(*model.graph, model.loss, 4, Plan::Buffers::ValuesAndDeltas);
    copy_to_device(std::vector<real>{1, -2, 0.5, 0.25, 1.5, -1, -0.75, 0.5, 2, 1.25, -0.5, -1.5},
                   plan.input(model.input));
    copy_to_device(std::vector<real>{1, 0, 0, 1, 1, 0, 0, 1}, plan.input(model.target));
    Adam adam(plan, options);
    for (int step = 0; step < steps; ++step) {
      plan.forward();
      plan.backward();
      adam.step();
    }
    std::vector<real> found = model.graph->parameters()[0].to_host();
    for (const real value : model.graph->parameters()[1].to_host()) found.push_back(value);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], kExact) << i;
  }
}

TEST(Adam, LeavesParametersThatTheRootDoesNotNeed) {
  Graph graph;
  const Expr x = graph.input(4);
  dense(x, 2);  // parameters 0 and 1
  const Expr t = graph.input(3);
  Plan plan(graph, squared_error(dense(x, 3), t), 7, Plan::Buffers::ValuesAndDeltas);
  for (Tensor& parameter : graph.parameters()) fill(parameter, 0.5);
  fill(plan.input(x), 1);
  fill(plan.input(t), -1);
  Adam adam(plan, {.weight_decay = 0.1});
  plan.forward();
  plan.backward();
  adam.step();
  for (const std::size_t unneeded : {0U, 1U}) EXPECT_THAT(graph.parameters()[unneeded].to_host(), Each(0.5));
  for (const std::size_t trained : {2U, 3U}) EXPECT_THAT(graph.parameters()[trained].to_host(), Each(Lt(0.5)));
}

TEST(Adam, ContinuesBitForBitFromItsStateAndSteps) {
  const RandomNetwork network = adam_network(Plan::Buffers::ValuesAndDeltas);
  Adam adam(*network.plan, kScheduled);
  train(network, adam, 4);
  const std::vector<Matrix> saved_parameters = adam_parameters(network);
  std::vector<Matrix> saved_state;
  std::vector<std::string> names;
  for (const NamedState& state : adam.state()) {
    saved_state.push_back(from_view(state.values));
    names.push_back(state.name);
  }
  EXPECT_THAT(names, testing::ElementsAre("first_moment.0", "second_moment.0", "first_moment.1", "second_moment.1",
                                          "first_moment.2", "second_moment.2", "first_moment.3", "second_moment.3"));
  train(network, adam, 6);
  const std::vector<Matrix> uninterrupted = adam_parameters(network);

  const auto resume = [&](bool with_state, int from) {
    for (std::size_t p = 0; p < kAdamParameters; ++p) {
      network.model.graph->parameters()[p].assign(saved_parameters[p].values);
    }
    Adam resumed(*network.plan, kScheduled);
    for (std::size_t i = 0; with_state && i < saved_state.size(); ++i) {
      copy_to_device(saved_state[i].values, resumed.state()[i].values);
    }
    resumed.set_steps(from);
    train(network, resumed, 6);
    return adam_parameters(network);
  };
  EXPECT_EQ(resume(true, 4), uninterrupted);
  EXPECT_NE(resume(true, 0), uninterrupted);
  EXPECT_NE(resume(false, 4), uninterrupted);
}

TEST(Adam, RefusesWhatItCannotWorkWith) {
  const Model model = mlp(std::vector<int>{2, 3}, sigmoid, squared_error);
  Plan values(*model.graph, model.loss, 1, Plan::Buffers::Values);
  EXPECT_THAT([&] { Adam(values, {}); },
              ThrowsMessage<UsageError>("adam: the plan has no gradients, expected one made with ValuesAndGradients"));
  Plan plan(*model.graph, model.loss, 1, Plan::Buffers::ValuesAndDeltas);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Case {
    AdamOptions options;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{.beta_1 = 1}, "adam: beta_1 is 1, expected a number in [0, 1)"},
      {{.beta_2 = -0.5}, "adam: beta_2 is -0.5, expected a number in [0, 1)"},
      {{.beta_2 = nan}, "adam: beta_2 is nan, expected a number in [0, 1)"},
      {{.epsilon = 0}, "adam: epsilon is 0, expected a number above 0"},
      {{.schedule = {.warm_up = -1}}, "adam: -1 steps of warm-up, expected at least 0"},
      {{.weight_decay = -1}, "adam: weight decay is -1, expected a number from 0"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT([&] { Adam(plan, one.options); }, ThrowsMessage<UsageError>(one.message));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
