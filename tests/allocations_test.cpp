#include "tests/support/allocations.h"

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "framework/data/batch_loader.h"
#include "framework/device.h"
#include "framework/optimizers/adam.h"
#include "framework/optimizers/sgd.h"
#include "ops/ops.h"
#include "second_order/options.h"
#include "second_order/second_order.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

/// A step in its steady state takes no memory: what it needs was planned or kept from the first.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Of as many steps of training as went before them.
std::int64_t allocations_of_steps(const RandomNetwork& network, Optimizer& optimizer, int steps = 3) {
  std::int64_t before = 0;
  for (int step = 0; step < 2 * steps; ++step) {
    if (step == steps) before = allocations();
    network.plan->forward();
    network.plan->backward();
    if (!optimizer.step().taken || !(network.plan->mean_loss() > 0)) return -1;
  }
  return allocations() - before;
}

class Allocations : public testing::Test {
 protected:
  void SetUp() override {
    if (!counts_allocations()) GTEST_SKIP() << "the sanitizer's malloc is not counted";
    if (!device_is_host()) GTEST_SKIP() << "a device's driver takes the host's memory as it likes";
  }
};

TEST_F(Allocations, AreCounted) {
  const std::int64_t before = allocations();
  const std::vector<int> some(static_cast<std::size_t>(before % 7) + 1);
  EXPECT_EQ(allocations(), before + 1) << some.size();
}

// Wide enough for several threads.
const std::vector<int> kAllocatedLayers = {300, 200, 40, 5};
constexpr int kBatch = 50;

TEST_F(Allocations, NoneInAStepOfSgd) {
  const RandomNetwork network(kAllocatedLayers, sigmoid, softmax_cross_entropy, kBatch, 1,
                              Plan::Buffers::ValuesAndDeltas);
  Sgd sgd(*network.plan, {.learning_rate = 0.1, .momentum = 0.9});
  EXPECT_EQ(allocations_of_steps(network, sgd), 0);
}

TEST_F(Allocations, NoneInAStepOfAdam) {
  const RandomNetwork network(kAllocatedLayers, sigmoid, softmax_cross_entropy, kBatch, 1,
                              Plan::Buffers::ValuesAndDeltas);
  Adam adam(*network.plan,
            {.schedule = {.kind = LearningRateSchedule::Kind::Cosine, .warm_up = 3, .steps = 9}, .weight_decay = 0.1});
  EXPECT_EQ(allocations_of_steps(network, adam), 0);
}

TEST_F(Allocations, NoneInAStepOfSecondOrder) {
  for (const Op* criterion : {&softmax_cross_entropy, &bounded}) {
    for (const Curvature* curvature : curvatures()) {
      if (curvature->criterion == CriterionBlock::RequireConvex && !criterion->convex) continue;
      for (const WeightSolverKind& solver : weight_solvers()) {
        const RandomNetwork network(kAllocatedLayers, sigmoid, *criterion, kBatch, 1, Plan::Buffers::ValuesAndDeltas);
        // Exact blocks are indefinite: only where a solver does not look at them is there a step.
        const bool indefinite = curvature == &exact;
        if (indefinite && solver.name.starts_with("kfi")) continue;
        SecondOrder optimizer(*network.plan, paper([&](auto& o) {
          o.curvature = curvature;
          o.solver = &solver;
          o.learning_rate = 0.01;
          o.damping.alpha = indefinite ? 1 : 0.02;
        }));
        // std::seed_seq, which starts the random numbers of each step's targets, keeps its five words on the heap.
        EXPECT_EQ(allocations_of_steps(network, optimizer), curvature == &fisher_sampled ? 3 : 0)
            << curvature->name << ", " << solver.name << ", " << criterion->name;
      }
    }
  }
}

TEST_F(Allocations, NoneToLoadABatchOfAnyData) {
  for (const bool of_numbers : {false, true}) {
    for (const Task task : {Task::Classification, Task::Regression, Task::Autoencoder}) {
      Dataset data{.name = "data", .features = 3, .classes = 2, .labels = {0, 1, 1, 0, 1}, .task = task};
      data.numbers.resize(of_numbers ? 15 : 0);
      data.values.resize(of_numbers ? 0 : 15);
      data.target_columns = 2;
      data.targets.resize(10);
      BatchLoader loader(data, {.mean = {0, 0, 0}, .scale = {1, 1, 1}});
      Tensor x(3, 2);
      Tensor target(data.outputs(), 2);
      const std::vector<std::vector<int>> batches{{0, 1}, {2, 3}, {4, 1}, {3, 0}, {2, 2}};
      std::int64_t before = 0;
      for (std::size_t i = 0; i < batches.size(); ++i) {
        if (i == 2) before = allocations();
        loader.load(batches[i], x, target);
        if (i + 1 < batches.size()) loader.prefetch(batches[i + 1]);
      }
      EXPECT_EQ(allocations() - before, 0) << of_numbers << ", " << name(task);
    }
  }
}

/// Blocks kept over some steps and made in others, and steps that are measured and steps that are not.
TEST_F(Allocations, NoneInAStepWithDevices) {
  const SecondOrderOptions all = paper([&](auto& o) {
    o.solver = &weight_solver("kfi-joined");
    o.damping = {.kind = DampingKind::Relative};
    o.trust_region = 1e-3;
    o.momentum = 0.9;
    o.curvature_every = 4;
  });
  SecondOrderOptions averaged = all;
  averaged.averaging = 0.9;
  SecondOrderOptions adaptive = all;
  adaptive.damping.kind = DampingKind::Adaptive;
  SecondOrderOptions rank = all;
  rank.solver = &weight_solver("ea-cg");
  rank.rank = 3;
  const SecondOrderOptions recommended;
  for (const auto& [name, options] : {std::pair{"all", &all},
                                      {"averaged", &averaged},
                                      {"adaptive", &adaptive},
                                      {"rank", &rank},
                                      {"recommended", &recommended}}) {
    const RandomNetwork network(kAllocatedLayers, sigmoid, softmax_cross_entropy, kBatch, 1,
                                Plan::Buffers::ValuesAndDeltas);
    SecondOrder optimizer(*network.plan, *options);
    EXPECT_EQ(allocations_of_steps(network, optimizer, 10), 0) << name;
  }
}

/// One weight, whose block is small near the inflection of the loss: steps go too far until ρ has grown.
TEST_F(Allocations, NoneInAStepThatIsTakenBack) {
  RandomNetwork network({1, 1}, identity, tukey_biweight, 1);
  network.parameter(0).assign(std::array{real(2.5)});
  network.parameter(1).assign(std::array{real(0)});
  copy_to_device(std::array{real(1)}, network.plan->input(network.model.input));
  copy_to_device(std::array{real(0)}, network.plan->input(network.model.target));
  SecondOrder optimizer(*network.plan, paper([&](auto& o) {
    o.learning_rate = 1;
    o.damping = {.kind = DampingKind::Adaptive, .rho = 1e-6, .every = 1};
  }));
  int taken_back = 0;
  for (int step = 0; step < 5; ++step) {
    network.run();
    const std::int64_t before = allocations();
    ASSERT_TRUE(optimizer.step().taken);
    const std::int64_t of_step = allocations() - before;
    if (step < 2 || optimizer.outcome().accepted) continue;
    EXPECT_EQ(of_step, 0) << step;
    ++taken_back;
  }
  EXPECT_GT(taken_back, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
