#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "ops/ops.h"
#include "second_order/second_order.h"
#include "second_order/step_control.h"
#include "tests/support/matrices.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

/// What a step has beside curvature and solver: damping by layer, trust region, momentum, measurement.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;

constexpr double kNearDevice = kDouble ? 1e-10 : 1e-3;
constexpr CgOptions kConvergedDevice{.max_iterations = 500, .tolerance = kDouble ? 1e-14 : 1e-6};
const std::vector<int> kDeviceLayers{4, 5, 3};

std::vector<Matrix> device_values(const RandomNetwork& network) {
  std::vector<Matrix> all;
  for (const Tensor& parameter : network.model.graph->parameters()) all.push_back(from_view(parameter.view()));
  return all;
}

/// What one step changes.
std::vector<Matrix> change(RandomNetwork& network, Optimizer& optimizer) {
  network.run();
  const std::vector<Matrix> before = device_values(network);
  EXPECT_TRUE(optimizer.step().taken);
  std::vector<Matrix> difference = device_values(network);
  for (std::size_t p = 0; p < before.size(); ++p) difference[p] = difference[p] + -1 * before[p];
  return difference;
}

/// Scales all of the gradients and curvature of a layer by scaling what stands above it: δ by s, G by s².
TEST(RelativeDamping, IsInvariantToTheScaleOfALayersCurvature) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    for (const double scale : {1e-6, 1.0, 1e5}) {
      const auto direction = [&](double factor) {
        RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
        SecondOrder optimizer(*network.plan, paper([&](auto& o) {
          o.solver = &solver;
          o.learning_rate = 1;
          o.damping = {.kind = DampingKind::Relative, .rho = 0.5};
          o.cg = kConvergedDevice;
          o.curvature_every = 2;
        }));
        EXPECT_TRUE(optimizer.propagate().taken);
        for (const WeightedLayer& layer : optimizer.layer_blocks().layers()) {
          const ConstMatrixView block = optimizer.block(layer);
          scal(static_cast<real>(factor), MatrixView{const_cast<real*>(block.data), block.rows, block.cols});
        }
        const std::vector<Matrix> before = device_values(network);
        EXPECT_TRUE(optimizer.solve().taken);
        optimizer.update();
        std::vector<Matrix> moved = device_values(network);
        // Curvature of factor c: the step is c⁻¹ of what it was, and nothing else.
        for (std::size_t p = 0; p < moved.size(); ++p) moved[p] = factor * (moved[p] + -1 * before[p]);
        return moved;
      };
      // Parameters of order 1 keep eps of what is added to them.
      if (scale > 1 && !kDouble) continue;
      const std::vector<Matrix> plain = direction(1);
      const std::vector<Matrix> scaled = direction(scale);
      for (std::size_t p = 0; p < plain.size(); ++p) {
        EXPECT_LT(relative_error(scaled[p], plain[p]), kDouble ? 1e-9 : 1e-2) << solver.name << ", " << scale;
      }
    }
  }
}

TEST(TrustRegion, ShareBoundsTheChange) {
  EXPECT_EQ(trust_share(0, 1, 0.1, -1e9), 1) << "no bound";
  EXPECT_EQ(trust_share(0.25, 1, 0.5, -1), 1) << "at the bound";
  EXPECT_DOUBLE_EQ(trust_share(0.01, 100, 0.1, -1e4), 0.1) << "a share of the loss";
  EXPECT_EQ(trust_share(0.01, 1, 0.1, 5), 1) << "uphill: nothing to bound";
  EXPECT_DOUBLE_EQ(trust_share(1, 2, 0.1, -1e6), 2e-5) << "no step promises more than the whole loss";
}

/// Over a run of steps, with and without the bound at work.
TEST(TrustRegion, BoundsThePredictedChangeOfEveryStep) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    const double bound = 1e-3;
    const double eta = 0.5;
    RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, paper([&](auto& o) {
      o.solver = &solver;
      o.learning_rate = eta;
      o.damping = {.kind = DampingKind::Relative, .rho = 1};
      o.trust_region = bound;
      o.cg = kConvergedDevice;
    }));
    int bounded = 0;
    for (int step = 0; step < 60; ++step) {
      network.run();
      const double loss = network.plan->mean_loss();
      std::vector<Matrix> gradients;
      for (int p = 0; p < 4; ++p) gradients.push_back(from_view(network.plan->parameter_gradient(p)));
      const std::vector<Matrix> before = device_values(network);
      ASSERT_TRUE(optimizer.step().taken);
      // η² ν² ⟨D, g⟩ of what was done to the parameters, by plain sums
      double change = 0;
      const std::vector<Matrix> after = device_values(network);
      for (std::size_t p = 0; p < after.size(); ++p) {
        for (std::size_t i = 0; i < after[p].values.size(); ++i) {
          change -= static_cast<double>(after[p].values[i] - before[p].values[i]) *
                    static_cast<double>(gradients[p].values[i]);
        }
      }
      change *= eta * optimizer.share();
      EXPECT_LE(change, bound * loss * (1 + 1000 * kEpsilon)) << solver.name << ", step " << step;
      if (optimizer.share() < 1) {
        ++bounded;
        EXPECT_NEAR(change, bound * loss, bound * loss * (kDouble ? 1e-9 : 1e-2)) << "no smaller than it has to be";
      }
    }
    EXPECT_GT(bounded, 0) << solver.name;
  }
}

/// v ← μ v + D, θ ← θ + η v against the steps of an optimizer without momentum at the same points.
TEST(Momentum, AddsUpDirections) {
  for (const WeightSolverKind& solver : weight_solvers()) {
    const double eta = 0.1;
    const double mu = 0.9;
    const SecondOrderOptions plain = paper([&](auto& o) {
      o.solver = &solver;
      o.learning_rate = eta;
      o.cg = kConvergedDevice;
    });
    SecondOrderOptions with = plain;
    with.momentum = mu;
    RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
    RandomNetwork twin(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, with);
    SecondOrder memoryless(*twin.plan, plain);
    std::vector<Matrix> velocity;
    for (int step = 0; step < 4; ++step) {
      for (std::size_t p = 0; p < 4; ++p) {
        twin.parameter(static_cast<int>(p)) = network.parameter(static_cast<int>(p));
      }
      const std::vector<Matrix> fresh = change(twin, memoryless);
      if (velocity.empty()) {
        velocity = fresh;
      } else {
        for (std::size_t p = 0; p < 4; ++p) velocity[p] = mu * velocity[p] + fresh[p];
      }
      const std::vector<Matrix> found = change(network, optimizer);
      for (std::size_t p = 0; p < 4; ++p) EXPECT_LT(relative_error(found[p], velocity[p]), kNearDevice) << solver.name;
    }
  }
}

/// The model's change for a change of the parameters, by explicit Kronecker products of E[(h, 1)(h, 1)ᵀ] and G.
TEST(PredictedChange, IsThatOfTheQuadraticModel) {
  RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
  LayerBlocks propagation(*network.plan, pch_1);
  ASSERT_TRUE(propagation.run().usable());
  Random random(3, Random::Stream::Test);
  double expected = 0;
  std::vector<ConstMatrixView> blocks;
  for (const WeightedLayer& layer : propagation.layers()) {
    blocks.push_back(propagation.block(layer));
    const Matrix G = from_view(blocks.back());
    const Matrix h = from_view(propagation.input(layer));
    Matrix joined(h.rows + 1, h.cols);
    for (int s = 0; s < h.cols; ++s) {
      for (int row = 0; row <= h.rows; ++row) joined(row, s) = row < h.rows ? h(row, s) : 1;
    }
    const Matrix A = 1.0 / h.cols * product(joined, transposed(joined));
    const Matrix g = 1.0 / h.cols * product(from_view(propagation.delta(layer)), transposed(joined));
    const Matrix d = 0.1 * random_matrix(random, g.rows, g.cols);
    const Matrix curved = product(product(G, d), A);
    for (std::size_t i = 0; i < d.values.size(); ++i) {
      expected += static_cast<double>(d.values[i]) * static_cast<double>(g.values[i] + curved.values[i] / 2);
    }
    const Matrix bias(g.rows, 1, std::vector<real>(d.values.end() - g.rows, d.values.end()));
    axpy(1, to_tensor(Matrix(g.rows, h.rows, std::vector<real>(d.values.begin(), d.values.end() - g.rows))),
         network.parameter(layer.weight));
    axpy(1, to_tensor(bias), network.parameter(layer.bias));
  }
  Workspace workspace;
  EXPECT_NEAR(predicted_change(*network.plan, propagation, blocks, workspace), expected,
              (kDouble ? 1e-12 : 1e-5) * std::abs(expected));
}

/// A small step changes the loss by what the model says.
TEST(Measurement, ComparesTheModelWithTheLoss) {
  RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*network.plan, paper([&](auto& o) {
    o.learning_rate = kDouble ? 1e-4 : 0.05;
    o.damping = {.kind = DampingKind::Adaptive, .rho = 10, .every = 1};
    o.cg = kConvergedDevice;
  }));
  const double before = network.plan->mean_loss();
  ASSERT_TRUE(optimizer.step().taken);
  network.run();
  const StepOutcome& found = optimizer.outcome();
  EXPECT_TRUE(found.accepted);
  EXPECT_LT(found.actual, 0);
  EXPECT_DOUBLE_EQ(found.actual, network.plan->mean_loss() - before);
  EXPECT_NEAR(found.actual / found.predicted, 1, 0.05);
}

/// Where the loss bends more than its model has it, a step that the model takes for safe comes down far up the other
/// side. It is taken back, the damping raised, and the run goes on.
TEST(Measurement, TakesBackAStepThatRaisesTheLoss) {
  // One weight, one sample: ξ = ρ(w), Tukey's biweight with the minimum at 0, and c = 4.685 the end of the slope.
  RandomNetwork network({1, 1}, identity, tukey_biweight, 1);
  network.parameter(0).assign(std::array{real(2.5)});
  network.parameter(1).assign(std::array{real(0)});
  copy_to_device(std::array{real(1)}, network.plan->input(network.model.input));
  copy_to_device(std::array{real(0)}, network.plan->input(network.model.target));
  network.run();
  // The block |ρ''| is small near the inflection at c/√5 = 2.1, so the step is long.
  SecondOrder optimizer(*network.plan, paper([&](auto& o) {
    o.learning_rate = 1;
    o.damping = {.kind = DampingKind::Adaptive, .rho = 1e-3, .every = 1};
    o.cg = kConvergedDevice;
  }));
  const auto rho = [&] { return static_cast<double>(to_host(optimizer.state().back().values)[0]); };
  const std::vector<Matrix> before = device_values(network);
  ASSERT_TRUE(optimizer.step().taken);
  ASSERT_LT(optimizer.outcome().predicted, 0);
  EXPECT_GT(optimizer.outcome().actual, 0);
  EXPECT_FALSE(optimizer.outcome().accepted);
  EXPECT_NEAR(rho(), 2e-3, 10 * kEpsilon);
  const std::vector<Matrix> after = device_values(network);
  for (std::size_t p = 0; p < after.size(); ++p) EXPECT_LT(max_difference(after[p], before[p]), 100 * kEpsilon);
  for (const NamedState& state : optimizer.state()) {
    if (!state.name.starts_with("velocity")) continue;
    for (const real value : to_host(state.values)) EXPECT_EQ(value, 0) << state.name;
  }
  double loss = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 40; ++step) {
    network.run();
    EXPECT_LE(network.plan->mean_loss(), loss * (1 + 100 * kEpsilon)) << "no step that was measured raises the loss";
    loss = network.plan->mean_loss();
    ASSERT_TRUE(optimizer.step().taken);
  }
  EXPECT_LT(loss, 1e-2) << "once the damping fits, it gets there";
}

TEST(SecondOrderDevices, RefuseOptionsOutOfRange) {
  RandomNetwork network(kDeviceLayers, sigmoid, softmax_cross_entropy, 2);
  const auto message_of = [&](const SecondOrderOptions& options) -> std::string {
    try {
      SecondOrder(*network.plan, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message_of(paper([&](auto& o) { o.trust_region = -1; })),
              HasSubstr("trust_region is -1, expected a number from 0"));
  EXPECT_THAT(message_of(paper([&](auto& o) { o.momentum = 1; })),
              HasSubstr("momentum is 1, expected a number in [0, 1)"));
  EXPECT_THAT(message_of(paper([&](auto& o) { o.rank = 0; })), HasSubstr("rank is 0, expected at least 1"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
