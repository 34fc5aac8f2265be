#include "second_order/second_order.h"

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/optimizers/sgd.h"
#include "ops/ops.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"
#include "tests/support/weight_systems.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

constexpr double kExactStep = std::is_same_v<real, double> ? 1e-9 : 1e-3;
constexpr CgOptions kConverged{.max_iterations = 500, .tolerance = std::is_same_v<real, double> ? 1e-14 : 1e-6};

Matrix first_columns(const Matrix& m, int count) {
  return {m.rows, count, {m.values.begin(), m.values.begin() + static_cast<std::ptrdiff_t>(m.rows) * count}};
}

Matrix last_column(const Matrix& m) { return {m.rows, 1, {m.values.end() - m.rows, m.values.end()}}; }

/// Every curvature with every solver: weights by the solver's dense system, biases by (10a).
TEST(SecondOrder, StepIsTheUpdateOfEachSolverForEachCurvature) {
  const double alpha = 0.1;
  const double eta = 0.3;
  int exact_steps = 0;
  for (const WeightSolverKind& solver : weight_solvers()) {
    for (const Curvature* kind : curvatures()) {
      for (const int batch : {3, 6}) {  // less and more than the layers' inputs
        // What the plan leaves out is not needed; here it is, to tell what is expected.
        const RandomNetwork whole({4, 5, 3}, sigmoid, softmax_cross_entropy, batch);
        RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, batch, 1, Plan::Buffers::ValuesAndDeltas);
        SecondOrder optimizer(*network.plan, paper([&](auto& o) {
          o.curvature = kind;
          o.solver = &solver;
          o.learning_rate = eta;
          o.damping.alpha = alpha;
          o.cg = kConverged;
          o.seed = 5;
        }));
        LayerBlocks propagation(*network.plan, *kind, {.seed = 5});
        ASSERT_TRUE(propagation.run().usable());
        std::vector<Matrix> expected;
        for (const WeightedLayer& layer : propagation.layers()) {
          const auto moved = [&](int parameter, const Matrix& direction) {
            return from_view(network.parameter(parameter)) + static_cast<real>(eta) * direction;
          };
          System system{.G = from_view(propagation.block(layer)),
                        .gradient = from_view(whole.plan->parameter_gradient(layer.weight)),
                        .delta = from_view(propagation.delta(layer)),
                        .input = from_view(propagation.input(layer)),
                        .alpha = alpha};
          try {
            const Matrix direction = dense_direction(solver.name, system);
            expected.push_back(moved(layer.weight, first_columns(direction, system.gradient.cols)));
            if (solver.joins_bias) {
              expected.push_back(moved(layer.bias, last_column(direction)));
              continue;
            }
          } catch (const std::domain_error&) {  // what stands over it is not positive definite
            EXPECT_EQ(kind, &exact);
            break;
          }
          // (10a) is (10b) for an input that is 1
          system.gradient = from_view(network.plan->parameter_gradient(layer.bias));
          system.input = Matrix(1, 1, {1});
          expected.push_back(moved(layer.bias, dense_direction("cg", system)));
        }
        SCOPED_TRACE(::testing::Message() << solver.name << ", " << kind->name << ", B " << batch);
        const StepSummary summary = optimizer.step();
        ASSERT_EQ(summary.taken, expected.size() == 4) << summary.message;
        if (!summary.taken) {
          EXPECT_THAT(summary.message, HasSubstr("not positive definite: curvature -"));
          continue;
        }
        if (kind == &exact) ++exact_steps;
        for (std::size_t p = 0; p < expected.size(); ++p) {
          EXPECT_LT(relative_error(from_view(network.parameter(static_cast<int>(p))), expected[p]), kExactStep)
              << "parameter " << p;
        }
        for (const LayerSummary& layer : optimizer.layers()) {
          EXPECT_EQ(layer.weight.status, SolveStatus::Converged) << to_string(layer.weight);
          EXPECT_EQ(layer.bias.status, SolveStatus::Converged) << to_string(layer.bias);
        }
      }
    }
  }
  EXPECT_GE(exact_steps, 3) << "the true blocks have to be usable somewhere";
}

TEST(SecondOrder, KeepsBlocksForAsManyStepsAsItIsTold) {
  RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*network.plan, paper([&](auto& o) { o.curvature_every = 3; }));
  const auto block = [&] { return to_host(optimizer.layer_blocks().block(optimizer.layer_blocks().layers()[0])); };
  std::vector<std::vector<real>> blocks;
  for (int step = 0; step < 7; ++step) {
    network.run();
    ASSERT_TRUE(optimizer.step().taken);
    blocks.push_back(block());
  }
  for (const std::size_t step : {1U, 2U, 4U, 5U}) EXPECT_EQ(blocks[step], blocks[step - 1]) << step;
  for (const std::size_t step : {3U, 6U}) EXPECT_NE(blocks[step], blocks[step - 1]) << step;
  EXPECT_EQ(optimizer.state().size(), 2U) << "two blocks";
  EXPECT_TRUE(SecondOrder(*network.plan, paper_options()).state().empty());
}

TEST(SecondOrder, DrawsTargetsAnewEachStepAndGoesOnWhereItIsTold) {
  const auto after = [](std::int64_t skipped, int steps) {
    RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, paper([&](auto& o) {
      o.curvature = &fisher_sampled;
      o.learning_rate = 1e-12;
      o.seed = 3;
    }));
    optimizer.set_steps(skipped);
    for (int step = 0; step < steps; ++step) EXPECT_TRUE(optimizer.step().taken);
    return from_view(optimizer.layer_blocks().block(optimizer.layer_blocks().layers()[1]));
  };
  EXPECT_GT(max_difference(after(0, 1), after(0, 2)), 1e-3);
  EXPECT_LT(max_difference(after(0, 2), after(1, 1)), 1e-9);
}

std::vector<std::vector<real>> parameter_values(const RandomNetwork& network) {
  std::vector<std::vector<real>> all;
  for (const Tensor& parameter : network.model.graph->parameters()) all.push_back(parameter.to_host());
  return all;
}

TEST(SecondOrder, ChangesNothingWhereALayerCannotBeSolved) {
  RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*network.plan, paper_options());
  // The last layer is solved last and updated with the others: none may have moved before.
  const ConstMatrixView delta = optimizer.layer_blocks().delta(optimizer.layer_blocks().layers()[1]);
  fill(MatrixView{const_cast<real*>(delta.data), delta.rows, delta.cols}, std::numeric_limits<real>::infinity());
  const auto before = parameter_values(network);
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("layer 2, weight: not finite: "));
  EXPECT_EQ(parameter_values(network), before);
}

TEST(SecondOrder, NamesTheCriterionBlockWhereThatIsNotFinite) {
  RandomNetwork network({4, 3}, sigmoid, bounded, 2);
  fill(network.parameter(0), std::numeric_limits<real>::quiet_NaN());
  network.run();
  SecondOrder optimizer(*network.plan, paper_options());
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("layer 1, criterion block: not finite: nan"));
}

/// The true block of a network that is not trained is indefinite: more so than α can mend, solvers say so.
TEST(SecondOrder, NamesTheLayerAndTheEigenvalueOfAnIndefiniteBlock) {
  for (const char* solver : {"ea-direct", "kfi", "kfi-rank-one"}) {
    RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, paper([&](auto& o) {
      o.curvature = &exact;
      o.solver = &weight_solver(solver);
      o.damping.alpha = 1e-4;
    }));
    const auto before = parameter_values(network);
    const StepSummary summary = optimizer.step();
    EXPECT_FALSE(summary.taken);
    EXPECT_THAT(summary.message, HasSubstr("layer 1, weight: not positive definite: curvature -")) << solver;
    EXPECT_EQ(parameter_values(network), before);
  }
}

TEST(SecondOrder, RefusesOptionsOutOfRange) {
  RandomNetwork network({4, 3}, sigmoid, softmax_cross_entropy, 2);
  const auto message_of = [&](const SecondOrderOptions& options) -> std::string {
    try {
      SecondOrder(*network.plan, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  for (const double alpha : {0.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(message_of(paper([&](auto& o) { o.damping.alpha = alpha; })), HasSubstr("expected a number in (0, 1]"));
  }
  EXPECT_EQ(message_of(paper([&](auto& o) { o.damping.alpha = 1; })), "accepted");
  EXPECT_THAT(message_of(paper([&](auto& o) { o.cg = {.max_iterations = 0}; })),
              HasSubstr("max_cg is 0, expected at least 1"));
  EXPECT_THAT(message_of(paper([&](auto& o) { o.schedule = {.warm_up = -1}; })),
              HasSubstr("-1 steps of warm-up, expected at least 0"));
  EXPECT_THAT(message_of(paper([&](auto& o) { o.weight_decay = -0.5; })),
              HasSubstr("weight decay is -0.5, expected a number from 0"));
  EXPECT_THAT(message_of(paper([&](auto& o) { o.curvature_every = 0; })),
              HasSubstr("curvature_every is 0, expected at least 1"));
  EXPECT_THAT(
      [] { curvature("hessian"); },
      Throws<UsageError>(Property(
          &UsageError::what, HasSubstr("expected one of pch-1, pch-2, gauss-newton, fisher, fisher-sampled, exact"))));
}

/// α = 1 leaves the identity alone: every direction is minus the gradient.
TEST(SecondOrder, IsGradientDescentAtFullDamping) {
  RandomNetwork second({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  RandomNetwork first({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*second.plan, paper([&](auto& o) {
    o.learning_rate = 0.2;
    o.damping.alpha = 1;
    o.cg = kConverged;
  }));
  Sgd sgd(*first.plan, {.learning_rate = 0.2, .momentum = 0});
  ASSERT_TRUE(optimizer.step().taken);
  ASSERT_TRUE(sgd.step().taken);
  for (int p = 0; p < 4; ++p) {
    EXPECT_LT(relative_error(from_view(second.parameter(p)), from_view(first.parameter(p))),
              100 * std::numeric_limits<real>::epsilon());
  }
}

TEST(SecondOrder, FollowsTheScheduleAndDecaysWeights) {
  const LearningRateSchedule schedule{.kind = LearningRateSchedule::Kind::Cosine, .warm_up = 2, .steps = 5};
  RandomNetwork second({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  RandomNetwork first({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*second.plan, paper([&](auto& o) {
    o.learning_rate = 0.2;
    o.damping.alpha = 1;
    o.cg = kConverged;
    o.schedule = schedule;
    o.weight_decay = 0.3;
  }));
  Sgd sgd(*first.plan, {.learning_rate = 0.2, .momentum = 0, .schedule = schedule, .weight_decay = 0.3});
  for (int step = 0; step < 5; ++step) {
    second.run();
    first.run();
    ASSERT_TRUE(optimizer.step().taken);
    ASSERT_TRUE(sgd.step().taken);
    for (int p = 0; p < 4; ++p) {
      EXPECT_LT(relative_error(from_view(second.parameter(p)), from_view(first.parameter(p))),
                1000 * std::numeric_limits<real>::epsilon())
          << "step " << step << ", parameter " << p;
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
