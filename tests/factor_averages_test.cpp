#include <limits>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/ops.h"
#include "second_order/layer_factors.h"
#include "second_order/second_order.h"
#include "tests/support/matrices.h"
#include "tests/support/network.h"
#include "tests/support/paper.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<int> kLayers{4, 5, 3};

/// Blocks and moments of each step, then the recursion in plain loops.
TEST(Averaging, IsTheRecursion) {
  const double beta = 0.7;
  for (const char* solver : {"kfi", "kfi-joined", "ea-cg"}) {
    RandomNetwork network(kLayers, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*network.plan, paper([&](auto& o) {
      o.solver = &weight_solver(solver);
      o.learning_rate = 0.3;
      o.averaging = beta;
    }));
    const LayerBlocks fresh(*network.plan, pch_1);
    FactorAverages averages(
        fresh, {.decay = beta, .max_inputs = FactorAverages::widest, .joined = solver == std::string("kfi-joined")});
    std::vector<Matrix> blocks(2, Matrix(0, 0));
    std::vector<Matrix> moments(2, Matrix(0, 0));
    for (int step = 1; step <= 6; ++step) {
      network.run();
      ASSERT_TRUE(optimizer.propagate().taken);
      averages.add(optimizer.layer_blocks(), step);
      // 1 - 1/k: 0, 1/2, 2/3; then β
      const double share = step <= 3 ? 1 - 1.0 / step : beta;
      for (std::size_t i = 0; i < 2; ++i) {
        const WeightedLayer& layer = optimizer.layer_blocks().layers()[i];
        Matrix h = from_view(optimizer.layer_blocks().input(layer));
        if (solver == std::string("kfi-joined")) {
          Matrix joined(h.rows + 1, h.cols);
          for (int s = 0; s < h.cols; ++s) {
            for (int row = 0; row <= h.rows; ++row) joined(row, s) = row < h.rows ? h(row, s) : 1;
          }
          h = joined;
        }
        const Matrix A = 1.0 / h.cols * product(h, transposed(h));
        const Matrix G = from_view(optimizer.layer_blocks().block(layer));
        blocks[i] = step == 1 ? G : share * blocks[i] + (1 - share) * G;
        moments[i] = step == 1 ? A : share * moments[i] + (1 - share) * A;
        EXPECT_LT(relative_error(from_view(optimizer.block(layer)), blocks[i]), 100 * kEpsilon) << solver;
        EXPECT_LT(relative_error(from_view(averages.moment(i)), moments[i]), 100 * kEpsilon) << solver;
      }
      ASSERT_TRUE(optimizer.solve().taken);
      optimizer.update();
    }
  }
}

TEST(Averaging, RefusesWhatItCannotHold) {
  RandomNetwork network(kLayers, sigmoid, softmax_cross_entropy, 2);
  for (const double decay : {-0.1, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT([&] { SecondOrder(*network.plan, paper([&](auto& o) { o.averaging = decay; })); },
                ThrowsMessage<UsageError>(HasSubstr("expected a number in [0, 1)")));
  }
  for (const int inputs : {-1, FactorAverages::widest + 1}) {
    EXPECT_THAT(
        [&] {
          SecondOrder(*network.plan, paper([&](auto& o) {
            o.solver = &weight_solver("kfi");
            o.averaging = 0.9;
            o.average_inputs = inputs;
          }));
        },
        ThrowsMessage<UsageError>(
            fmt::format("averaging: max_inputs is {}, expected a number from 0 to 32768", inputs)));
  }
}

/// Networks with a layer of more inputs take the batch's own second moments, with the averages of G.
TEST(Averaging, IsOfTheInputsOfNarrowNetworks) {
  const std::vector<int> layers{7, 4, 3};
  RandomNetwork network(layers, sigmoid, softmax_cross_entropy, 6);
  const LayerBlocks fresh(*network.plan, pch_1);
  for (const int layer : {0, 1}) {
    const auto i = static_cast<std::size_t>(layer);
    const Shape inputs{layers[i], layers[i]};
    EXPECT_EQ(FactorAverages(fresh, {.decay = 0.5, .max_inputs = 7}).moment(i).shape(), inputs);
    const FactorAverages wide(fresh, {.decay = 0.5, .max_inputs = 6});
    EXPECT_FALSE(wide.moment(i));
    EXPECT_TRUE(wide.block(i));
  }

  const auto directions = [&](int inputs) {
    RandomNetwork fresh_network(layers, sigmoid, softmax_cross_entropy, 6);
    SecondOrder optimizer(*fresh_network.plan, paper([&](auto& o) {
      o.solver = &weight_solver("kfi-joined");
      o.learning_rate = 0.3;
      o.averaging = 0.5;
      o.average_inputs = inputs;
    }));
    for (int step = 0; step < 3; ++step) {
      fresh_network.run();
      EXPECT_TRUE(optimizer.step().taken);
    }
    return from_view(fresh_network.parameter(0));
  };
  EXPECT_EQ(directions(6).values, directions(0).values);
  EXPECT_NE(directions(7).values, directions(0).values);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
