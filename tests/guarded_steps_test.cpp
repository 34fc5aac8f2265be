#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/optimizers/weight_average.h"
#include "ops/ops.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/options.h"
#include "second_order/second_order.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

/// What SecondOrder does where a system has no solution, or a step went wrong.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;

std::vector<std::vector<real>> values(const RandomNetwork& network) {
  std::vector<std::vector<real>> all;
  for (const Tensor& parameter : network.model.graph->parameters()) all.push_back(parameter.to_host());
  return all;
}

/// Damping that is relative is raised until there is a solution; the paper's is fixed.
TEST(SecondOrder, DampsAnIndefiniteSystemUntilItHasASolution) {
  for (const char* solver : {"ea-direct", "ea-cg", "cg"}) {
    for (const DampingKind kind : {DampingKind::Relative, DampingKind::Adaptive}) {
      RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
      SecondOrder optimizer(*network.plan, paper([&](auto& o) {
        o.curvature = &exact;
        o.solver = &weight_solver(solver);
        o.damping = {.kind = kind, .rho = 1e-4, .every = 100};
      }));
      int raised = 0;
      for (int step = 0; step < 5; ++step) {
        network.run();
        const StepSummary summary = optimizer.step();
        ASSERT_TRUE(summary.taken) << solver << ": " << summary.message;
        const LayerSummary& first = optimizer.layers()[0];
        const ConstMatrixView block = optimizer.block(optimizer.layer_blocks().layers()[0]);
        if (first.damping.bias > 2e-4 * std::abs(trace(block)) / block.rows) ++raised;
      }
      EXPECT_GT(raised, 0) << solver;
    }
  }
}

/// What steps promise is checked on their own batches, and taken back where they have not kept it.
TEST(SecondOrder, GoesBackFromAStepThatRaisesTheLoss) {
  RandomNetwork network({4, 5, 3}, sigmoid, squared_error, 6);
  SecondOrder optimizer(*network.plan, paper([&](auto& o) {
    o.damping = {.kind = DampingKind::Relative, .rho = 0.1};
    o.trust_region = 1e-3;
    o.average_weights = 0.1;
  }));
  ASSERT_TRUE(optimizer.step().taken);
  network.run();
  const double share = optimizer.share();
  // Once the gradients are made, the targets move: what the step does to the loss is not what it promises.
  const MatrixView target = network.plan->input(network.model.target);
  fill(target, 100);
  ASSERT_TRUE(optimizer.step().taken);
  const auto after = values(network);
  optimizer.average()->swap();
  EXPECT_EQ(values(network), after) << "back to the average";
  network.run();
  ASSERT_TRUE(optimizer.step().taken);
  EXPECT_LT(optimizer.share(), share) << "with a smaller trust region";
}

/// The parameters have gone where the loss is not finite: they go back to their average.
TEST(SecondOrder, GoesBackFromALossThatIsNotFinite) {
  RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*network.plan, paper([&](auto& o) {
    o.damping = {.kind = DampingKind::Relative, .rho = 0.1};
    o.trust_region = 1e-3;
    o.average_weights = 0.1;
  }));
  EXPECT_TRUE(optimizer.copes_with_any_loss());
  for (int step = 0; step < 10; ++step) {
    network.run();
    ASSERT_TRUE(optimizer.step().taken);
  }
  fill(network.parameter(0), std::numeric_limits<real>::quiet_NaN());
  network.run();
  ASSERT_TRUE(optimizer.step().taken);
  network.run();
  EXPECT_TRUE(std::isfinite(network.plan->mean_loss()));
  EXPECT_TRUE(optimizer.step().taken);
  EXPECT_FALSE(SecondOrder(*network.plan, paper_options()).copes_with_any_loss());
}

TEST(SecondOrder, TellsOfALossThatIsNotFiniteFromTheStart) {
  RandomNetwork network({4, 3}, sigmoid, softmax_cross_entropy, 2);
  fill(network.parameter(0), std::numeric_limits<real>::quiet_NaN());
  network.run();
  SecondOrder optimizer(*network.plan);
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("the loss is nan"));
}

TEST(SecondOrder, GoesByTheNetworkWhereItIsToldTo) {
  EXPECT_EQ(curvature_every_in(/*narrow=*/true, kAutomatic), 5);
  EXPECT_EQ(curvature_every_in(/*narrow=*/false, kAutomatic), 1);
  EXPECT_EQ(curvature_every_in(/*narrow=*/false, 7), 7);
  EXPECT_EQ(averaging_in(/*narrow=*/true, kAutomatic), 0.5);
  EXPECT_EQ(averaging_in(/*narrow=*/false, kAutomatic), 0);
  EXPECT_EQ(averaging_in(/*narrow=*/true, 0), 0);
  for (const int inputs : {3, 4}) {
    RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, paper([&](auto& o) {
      o.averaging = kAutomatic;
      o.average_inputs = inputs + 1;
      o.curvature_every = kAutomatic;
    }));
    network.run();
    ASSERT_TRUE(optimizer.step().taken);
    const bool narrow = inputs + 1 >= 5;
    EXPECT_EQ(optimizer.state().empty(), !narrow) << "averages, where the network is narrow";
  }
}

TEST(SecondOrder, DecaysByTheCriterion) {
  for (const auto& [criterion, automatic] : {std::pair(&softmax_cross_entropy, 0.005), std::pair(&bounded, 0.005),
                                             std::pair(&squared_error, 0.001), std::pair(&tukey_biweight, 0.001)}) {
    const auto weights_after = [&](double decay) {
      RandomNetwork network({4, 5, 3}, sigmoid, *criterion, 10);
      SecondOrder optimizer(*network.plan, paper([&](auto& o) { o.weight_decay = decay; }));
      network.run();
      EXPECT_TRUE(optimizer.step().taken);
      return network.parameter(0).to_host();
    };
    EXPECT_EQ(weights_after(kAutomatic), weights_after(automatic));
    EXPECT_NE(weights_after(kAutomatic), weights_after(0));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
