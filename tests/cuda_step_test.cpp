#include <vector>

#include <gtest/gtest.h>

#include "ops/ops.h"
#include "second_order/second_order.h"
#include "tests/cuda_reference/reference.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

/// What a training step of the CUDA code costs besides its work, counted by the reference. It does not see kernels: a
/// sum that sum_over_index brings to the host is a wait more.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using cuda_reference::Counts;
using cuda_reference::counts;

struct Cost {
  int waits = 0;
  int allocations = 0;
  int iterations = 0;  ///< of conjugate gradients, of all layers
};

/// The third step's.
Cost cost_of_a_step(SecondOrderOptions options) {
  const RandomNetwork network({30, 20, 10, 5}, sigmoid, softmax_cross_entropy, 40, 1, Plan::Buffers::ValuesAndDeltas);
  options.learning_rate = 0.01;
  SecondOrder optimizer(*network.plan, options);
  Counts before;
  for (int step = 0; step < 3; ++step) {
    before = counts();
    network.plan->forward();
    network.plan->backward();
    EXPECT_TRUE(optimizer.step().taken);
  }
  Cost cost{.waits = counts().waits - before.waits, .allocations = counts().allocations - before.allocations};
  for (const LayerSummary& layer : optimizer.layers()) {
    cost.iterations += layer.weight.iterations + layer.bias.iterations;
  }
  return cost;
}

TEST(CudaStep, WaitsAsOftenWhateverTheIterations) {
  for (const char* solver : {"ea-cg", "cg"}) {
    const auto cost = [solver](int iterations) {
      return cost_of_a_step(paper([&](auto& o) {
        o.solver = &weight_solver(solver);
        o.cg = {.max_iterations = iterations, .tolerance = 0};
      }));
    };
    const Cost few = cost(1);
    const Cost many = cost(12);
    EXPECT_GT(many.iterations, few.iterations + 20);
    EXPECT_EQ(many.waits, few.waits) << solver;
  }
}

// Of each layer: the sizes of its numbers, ‖a‖², ‖g‖², ‖w‖², the solve's summary and γ, and summary and slope of the
// bias. The last layer stores its gradient, whose square is a kernel's sum, as the slopes of weights are.
TEST(CudaStep, WaitsEightTimesALayerWithEaCg) {
  const Cost cost = cost_of_a_step(paper([&](auto& o) { o.solver = &weight_solver("ea-cg"); }));
  EXPECT_EQ(cost.waits, 3 * 8 - 1);
}

// The sizes of its numbers, whether M has a factor, and slope and residual.
TEST(CudaStep, WaitsThreeTimesALayerWhereABlockIsKept) {
  const Cost cost = cost_of_a_step(paper([&](auto& o) {
    o.solver = &weight_solver("kfi-joined");
    o.damping = {.kind = DampingKind::Relative};
    o.trust_region = 1e-3;
    o.momentum = 0.9;
    o.curvature_every = 3;
  }));
  EXPECT_EQ(cost.waits, 3 * 3);
}

TEST(CudaStep, TakesNoDeviceMemory) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    EXPECT_EQ(cost_of_a_step(paper([&](auto& o) { o.solver = &solver; })).allocations, 0) << solver.name;
    const SecondOrderOptions devices = paper([&](auto& o) {
      o.solver = &solver;
      o.damping = {.kind = DampingKind::Adaptive, .every = 1};
      o.trust_region = 1e-3;
      o.momentum = 0.9;
      o.averaging = 0.9;
    });
    EXPECT_EQ(cost_of_a_step(devices).allocations, 0) << solver.name;
  }
  EXPECT_EQ(cost_of_a_step(paper([&](auto& o) { o.rank = 3; })).allocations, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
