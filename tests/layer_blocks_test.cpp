#include "second_order/curvature/layer_blocks.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "models/dsl.h"
#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/registry.h"
#include "tests/support/network.h"
#include "tests/support/sum_op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

/// (6) as it stands: exact for one sample.
constexpr Curvature kAsItStands{.name = "as it stands", .description = "(6)"};

Matrix block(const LayerBlocks& blocks, std::size_t layer) { return from_view(blocks.block(blocks.layers()[layer])); }

TEST(LayerBlocks, OneSampleGivesTheExactBiasAndWeightBlocks) {
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      SCOPED_TRACE(std::string(activation->name) + ", " + std::string(criterion->name));
      RandomNetwork network({5, 4, 3, 3}, *activation, *criterion, 1);
      LayerBlocks blocks(*network.plan, kAsItStands);
      ASSERT_TRUE(blocks.run().usable());
      for (std::size_t t = 0; t < 3; ++t) {
        const WeightedLayer& layer = blocks.layers()[t];
        const Matrix G = block(blocks, t);
        const Matrix h = from_view(blocks.input(layer));
        EXPECT_LT(relative_error(G, hessian_by_differences(network, layer.bias)), 1e-8) << "layer " << layer.layer;
        // (4c), column-major: ∂²ξ/∂W² = (h hᵀ) ⊗ H
        EXPECT_LT(
            relative_error(kronecker(product(h, transposed(h)), G), hessian_by_differences(network, layer.weight)),
            1e-8)
            << "layer " << layer.layer;
      }
    }
  }
}

TEST(LayerBlocks, ExactBlocksAreTheHessianOfTheMeanLossForAnyBatch) {
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      RandomNetwork network({5, 4, 6, 3}, *activation, *criterion, 7);
      LayerBlocks blocks(*network.plan, exact);
      ASSERT_TRUE(blocks.run().usable());
      for (std::size_t t = 0; t < 3; ++t) {
        const Matrix expected = hessian_by_differences(network, blocks.layers()[t].bias);
        EXPECT_LT(relative_error(block(blocks, t), expected), 1e-8)
            << activation->name << ", " << criterion->name << ", layer " << t + 1;
      }
    }
  }
}

TEST(LayerBlocks, PiecewiseLinearNetworksHaveOneCurvatureForOneSample) {
  RandomNetwork network({5, 6, 4, 3}, leaky_relu, softmax_cross_entropy, 1);
  LayerBlocks exact_blocks(*network.plan, kAsItStands);
  ASSERT_TRUE(exact_blocks.run().usable());
  for (const Curvature* kind : {&gauss_newton, &pch_1, &pch_2}) {
    LayerBlocks blocks(*network.plan, *kind);
    ASSERT_TRUE(blocks.run().usable());
    for (std::size_t t = 0; t < 3; ++t) {
      EXPECT_EQ(block(blocks, t).values, block(exact_blocks, t).values) << kind->name << ", layer " << t + 1;
    }
  }
}

TEST(LayerBlocks, GaussNewtonIsTheHessianOfADeepLinearNetwork) {
  RandomNetwork network({5, 4, 6, 3}, identity, squared_error, 7);
  LayerBlocks blocks(*network.plan, gauss_newton);
  ASSERT_TRUE(blocks.run().usable());
  for (std::size_t t = 0; t < 3; ++t) {
    const WeightedLayer& layer = blocks.layers()[t];
    EXPECT_LT(relative_error(block(blocks, t), hessian_by_differences(network, layer.bias)), 1e-8);
  }
}

TEST(LayerBlocks, LastLayerIsExactForConvexCriteriaAndAnyBatch) {
  for (const Op* criterion : {&softmax_cross_entropy, &squared_error}) {
    RandomNetwork network({4, 5, 3}, sigmoid, *criterion, 9);
    for (const Curvature* kind : {&gauss_newton, &pch_1, &pch_2}) {
      LayerBlocks blocks(*network.plan, *kind);
      ASSERT_TRUE(blocks.run().usable());
      EXPECT_LT(relative_error(block(blocks, 1), hessian_by_differences(network, blocks.layers()[1].bias)), 1e-8);
    }
  }
}

TEST(LayerBlocks, NonConvexLastLayerHasTheAbsoluteEigenvaluesOfTheMean) {
  RandomNetwork network({4, 5, 3}, sigmoid, bounded, 6, 2);
  LayerBlocks signed_blocks(*network.plan, kAsItStands);
  ASSERT_TRUE(signed_blocks.run().usable());
  const Matrix mean = block(signed_blocks, 1);
  EXPECT_LT(relative_error(mean, hessian_by_differences(network, signed_blocks.layers()[1].bias)), 1e-8);
  const Eigen parts = eigen(mean);
  ASSERT_LT(*std::ranges::min_element(parts.values), -1e-3) << "the case has to have negative curvature";
  Matrix expected(3, 3);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) {
        expected(i, j) +=
            std::abs(parts.values[static_cast<std::size_t>(k)]) * parts.vectors(i, k) * parts.vectors(j, k);
      }
    }
  }
  for (const Curvature* kind : {&pch_1, &pch_2}) {
    LayerBlocks blocks(*network.plan, *kind);
    ASSERT_TRUE(blocks.run().usable());
    EXPECT_LT(relative_error(block(blocks, 1), expected), 1e-12) << kind->name;
  }
}

/// (6) with the residual policy of (8b), as a mean over samples written out in loops.
Matrix reference_block(const RandomNetwork& network, const Matrix& above, int layer, Residual policy) {
  const auto nodes = network.model.graph->nodes();
  // mlp() makes nodes input, then (affine, activation) a layer: z of layer t (from 0) is node 1 + 2t, its h one more.
  const Matrix z = from_view(network.plan->views(1 + 2 * layer).y);
  const Matrix dh = from_view(network.plan->views(2 + 2 * layer).dy);
  const Matrix w = from_view(network.parameter(nodes[static_cast<std::size_t>(3 + 2 * layer)].parameters[0]));
  const Matrix pulled = product(transposed(w), product(above, w));
  const double mean = 1.0 / z.cols;
  Matrix block(z.rows, z.rows);
  for (int i = 0; i < z.rows; ++i) {
    double residual = 0;
    for (int s = 0; s < z.cols; ++s) {
      residual += mean * static_cast<double>(Logistic::d2f(z(i, s)) * dh(i, s));
      for (int j = 0; j < z.rows; ++j) {
        block(i, j) += static_cast<real>(mean) * pulled(i, j) * Logistic::df(z(i, s)) * Logistic::df(z(j, s));
      }
    }
    if (policy == Residual::Keep) block(i, i) += static_cast<real>(residual);
    if (policy == Residual::Absolute) block(i, i) += static_cast<real>(std::abs(residual));
    if (policy == Residual::Clip) block(i, i) += static_cast<real>(std::max(residual, 0.0));
  }
  return block;
}

TEST(LayerBlocks, FollowsTheRecursionForBatches) {
  RandomNetwork network({6, 5, 7, 4, 3}, sigmoid, softmax_cross_entropy, 8);
  for (const Curvature* kind : {&kAsItStands, &gauss_newton, &pch_1, &pch_2}) {
    LayerBlocks blocks(*network.plan, *kind);
    ASSERT_TRUE(blocks.run().usable());
    for (int t = 0; t < 3; ++t) {
      const Matrix above = block(blocks, static_cast<std::size_t>(t) + 1);
      EXPECT_LT(relative_error(block(blocks, static_cast<std::size_t>(t)),
                               reference_block(network, above, t, kind->residual)),
                1e-13)
          << kind->name << ", layer " << t + 1;
    }
  }
}

TEST(LayerBlocks, FisherIsTheMomentOfTheGradients) {
  RandomNetwork network({5, 4, 3}, hyperbolic_tangent, bounded, 6);
  LayerBlocks blocks(*network.plan, fisher);
  ASSERT_TRUE(blocks.run().usable());
  for (std::size_t t = 0; t < 2; ++t) {
    const Matrix delta = from_view(blocks.delta(blocks.layers()[t]));
    Matrix expected = product(delta, transposed(delta));
    for (real& value : expected.values) value /= 6;
    EXPECT_LT(relative_error(block(blocks, t), expected), 1e-13);
  }
}

TEST(LayerBlocks, PositiveCurvatureBlocksArePositiveSemiDefinite) {
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      for (const Curvature* kind : {&pch_1, &pch_2, &fisher, &fisher_sampled}) {
        for (const int batch : {1, 5, 40}) {
          RandomNetwork network({6, 8, 5, 4}, *activation, *criterion, batch, 3);
          LayerBlocks blocks(*network.plan, *kind);
          ASSERT_TRUE(blocks.run().usable());
          for (std::size_t t = 0; t < 3; ++t) {
            const std::vector<double> values = eigen(block(blocks, t)).values;
            EXPECT_GE(std::ranges::min(values), -1e-12 * std::ranges::max(values))
                << kind->name << ", " << activation->name << ", " << criterion->name << ", B = " << batch;
          }
        }
      }
    }
  }
}

TEST(LayerBlocks, FewerSamplesThanPlannedAreTheBatchThatRan) {
  RandomNetwork whole({5, 4, 3}, sigmoid, softmax_cross_entropy, 6);
  const RandomNetwork part({5, 4, 3}, sigmoid, softmax_cross_entropy, 2);  // the same parameters, by the same seed
  LayerBlocks of_whole(*whole.plan, pch_1);
  LayerBlocks of_part(*part.plan, pch_1);
  whole.plan->set_batch(2);
  copy(part.plan->value(part.model.input), whole.plan->input(whole.model.input));
  copy(part.plan->value(part.model.target), whole.plan->input(whole.model.target));
  whole.run();
  ASSERT_TRUE(of_whole.run().usable());
  ASSERT_TRUE(of_part.run().usable());
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_LT(relative_error(block(of_whole, t), block(of_part, t)), 1e-13);
  }
}

TEST(LayerBlocks, GaussNewtonRefusesACriterionThatIsNotConvex) {
  for (const Op* criterion : {&bounded, &tukey_biweight}) {
    RandomNetwork network({4, 3}, sigmoid, *criterion, 2);
    EXPECT_THAT(
        [&] { LayerBlocks(*network.plan, gauss_newton); },
        Throws<UsageError>(Property(
            &UsageError::what, HasSubstr(fmt::format("gauss-newton: criterion {} is not convex", criterion->name)))));
  }
}

TEST(LayerBlocks, SampledFisherRefusesACriterionWithoutADistribution) {
  static const Op silent = [] {
    Op op = squared_error;
    op.draw_targets = nullptr;
    return op;
  }();
  RandomNetwork network({4, 3}, sigmoid, silent, 2);
  EXPECT_THAT([&] { LayerBlocks(*network.plan, fisher_sampled); },
              Throws<UsageError>(Property(
                  &UsageError::what, HasSubstr("a criterion with a distribution of targets, found squared-error"))));
}

constinit const Op without_rule = [] {
  Op op = elementwise<Logistic>("first-order-only");
  op.curvature_backward = nullptr;
  return op;
}();

TEST(LayerBlocks, RefusesGraphsItCannotWalk) {
  struct Case {
    std::string expected;
    Expr (*loss)(Graph& graph);
  };
  const std::vector<Case> cases{
      {"the root must be a criterion, found affine (node 1, 2 features)",
       [](Graph& graph) { return dense(graph.input(3), 2); }},
      {"first-order-only (node 3, 2 features) has no curvature rule",
       [](Graph& graph) {
         const Expr t = graph.input(2);
         return squared_error(without_rule(dense(graph.input(3), 2)), t);
       }},
      {"sigmoid (node 2, 2 features) feeds two ops",
       [](Graph& graph) {
         const Expr h = sigmoid(dense(graph.input(3), 2));
         return squared_error(sum_of_two(dense(h, 2), h), graph.input(2));
       }},
      {"affine (node 3, 2 features) shares a parameter with another layer",
       [](Graph& graph) {
         const Weight w = weight(graph, 2, 2);
         const Expr h = sigmoid(w * graph.input(2) + bias(graph, 2));
         const Expr z = w * h + bias(graph, 2);
         return squared_error(z, graph.input(2));
       }},
  };
  for (const Case& c : cases) {
    Graph graph;
    const Expr loss = c.loss(graph);
    const Plan plan(graph, loss, 2, Plan::Buffers::ValuesAndGradients);
    EXPECT_THAT([&] { LayerBlocks(plan, pch_1); },
                Throws<UsageError>(Property(&UsageError::what, HasSubstr(c.expected))));
  }
}

TEST(LayerBlocks, BranchesOfDifferentInputsAreWalked) {
  Graph graph;
  const Expr a = dense(graph.input(3), 2);
  const Expr b = dense(graph.input(4), 2);
  const Expr loss = squared_error(sum_of_two(a, b), graph.input(2));
  Plan plan(graph, loss, 2, Plan::Buffers::ValuesAndGradients);
  plan.forward();
  plan.backward();
  LayerBlocks blocks(plan, pch_1);
  ASSERT_TRUE(blocks.run().usable());
  for (std::size_t t = 0; t < 2; ++t) EXPECT_EQ(block(blocks, t).values, (std::vector<real>{1, 0, 0, 1}));
}

TEST(LayerBlocks, ReportsACriterionBlockThatIsNotFinite) {
  RandomNetwork network({4, 3}, sigmoid, bounded, 2);
  fill(network.parameter(0), std::numeric_limits<real>::quiet_NaN());
  network.run();
  LayerBlocks blocks(*network.plan, pch_1);
  EXPECT_EQ(blocks.run().status, SolveStatus::NonFinite);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
