#include <vector>

#include <gtest/gtest.h>

#include "ops/ops.h"
#include "second_order/second_order.h"
#include "tests/cuda_reference/reference.h"
#include "tests/support/network.h"

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
Cost cost_of_a_step(const WeightSolverKind& solver, const CgOptions& cg) {
  const Network network({30, 20, 10, 5}, sigmoid, softmax_cross_entropy, 40, 1, Plan::Buffers::ValuesAndDeltas);
  SecondOrder optimizer(*network.plan, {.solver = &solver, .learning_rate = 0.01, .cg = cg});
  Counts before;
  for (int step = 0; step < 3; ++step) {
    before = counts();
    network.plan->forward();
    network.plan->backward();
    EXPECT_TRUE(optimizer.step().taken);
  }
  Cost cost{.waits = counts().waits - before.waits, .allocations = counts().allocations - before.allocations};
  for (const SecondOrder::LayerSummary& layer : optimizer.layers()) {
    cost.iterations += layer.weight.iterations + layer.bias.iterations;
  }
  return cost;
}

TEST(CudaStep, WaitsAsOftenWhateverTheIterations) {
  for (const char* solver : {"ea-cg", "cg"}) {
    const Cost few = cost_of_a_step(weight_solver(solver), {.max_iterations = 1, .tolerance = 0});
    const Cost many = cost_of_a_step(weight_solver(solver), {.max_iterations = 12, .tolerance = 0});
    EXPECT_GT(many.iterations, few.iterations + 20);
    EXPECT_EQ(many.waits, few.waits) << solver;
  }
}

// Of each layer: ‖a‖², ‖g‖², ‖w‖², the solve's summary and γ, and the summary of the bias. The last layer stores its
// gradient, whose square is a kernel's sum.
TEST(CudaStep, ReadsSixTimesALayerWithEaCg) {
  const Cost cost = cost_of_a_step(weight_solver("ea-cg"), {});
  EXPECT_EQ(cost.waits, 3 * 6 - 1);
}

TEST(CudaStep, TakesNoDeviceMemory) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    EXPECT_EQ(cost_of_a_step(solver, {}).allocations, 0) << solver.name;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
