#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "framework/random.h"
#include "framework/workspace.h"
#include "ops/ops.h"
#include "ops/registry.h"
#include "second_order/curvature/layer_blocks.h"
#include "tests/support/network.h"

/// Targets drawn from the model, and the Fisher matrix they make. Statistical bounds are Hoeffding's: the mean of N
/// independent numbers in an interval of length L is further than ε from its expectation with probability at most
/// 2 exp(-2 N ε²/L²). Tests allow 1e-9 for all their comparisons together; the draws are seeded.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

double hoeffding(double length, double draws, double comparisons) {
  return length * std::sqrt(std::log(2 * comparisons / 1e-9) / (2 * draws));
}

Matrix draw(const Op& criterion, const Matrix& outputs, Random& random) {
  Tensor targets(outputs.rows, outputs.cols);
  Workspace workspace;
  criterion.draw_targets({.x = to_tensor(outputs), .t = targets, .random = random, .workspace = workspace});
  return from_view(targets);
}

TEST(DrawTargets, EveryCriterionHasTheRule) {
  for (const Op* op : criteria()) EXPECT_NE(op->draw_targets, nullptr) << op->name;
}

TEST(DrawTargets, SoftmaxCriteriaDrawClassesByTheirProbability) {
  constexpr int kDraws = 20000;
  const std::vector<double> p{0.1, 0.6, 0.3};
  Matrix outputs(3, kDraws);
  for (int s = 0; s < kDraws; ++s) {
    for (int i = 0; i < 3; ++i) outputs(i, s) = static_cast<real>(std::log(p[static_cast<std::size_t>(i)]) + 7);
  }
  for (const Op* op : {&softmax_cross_entropy, &bounded}) {
    Random random(1, Random::Stream::Test);
    const Matrix targets = draw(*op, outputs, random);
    std::vector<int> counts(3);
    for (int s = 0; s < kDraws; ++s) {
      int ones = 0;
      for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(targets(i, s) == 0 || targets(i, s) == 1);
        if (targets(i, s) == 1) ++ones, ++counts[static_cast<std::size_t>(i)];
      }
      ASSERT_EQ(ones, 1) << "sample " << s;
    }
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(counts[i] / double{kDraws}, p[i], hoeffding(1, kDraws, 6));
  }
}

TEST(DrawTargets, ACertainClassIsAlwaysDrawn) {
  Random random(2, Random::Stream::Test);
  const Matrix targets = draw(softmax_cross_entropy, Matrix(2, 3, {-90, 90, 90, -90, -90, 90}), random);
  EXPECT_EQ(targets, Matrix(2, 3, {0, 1, 1, 0, 0, 1}));
}

TEST(DrawTargets, SigmoidCrossEntropyDrawsOnesByTheirProbability) {
  constexpr int kDraws = 20000;
  const std::vector<double> p{0.1, 0.5, 0.8};
  Matrix outputs(3, kDraws);
  for (int s = 0; s < kDraws; ++s) {
    for (int i = 0; i < 3; ++i) {
      const double probability = p[static_cast<std::size_t>(i)];
      outputs(i, s) = static_cast<real>(std::log(probability / (1 - probability)));
    }
  }
  Random random(4, Random::Stream::Test);
  const Matrix targets = draw(sigmoid_cross_entropy, outputs, random);
  std::vector<int> ones(3);
  int both = 0;  // the first and the last output: each is drawn on its own
  for (int s = 0; s < kDraws; ++s) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(targets(i, s) == 0 || targets(i, s) == 1);
      if (targets(i, s) == 1) ++ones[static_cast<std::size_t>(i)];
    }
    if (targets(0, s) == 1 && targets(2, s) == 1) ++both;
  }
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(ones[i] / double{kDraws}, p[i], hoeffding(1, kDraws, 4));
  EXPECT_NEAR(both / double{kDraws}, p[0] * p[2], hoeffding(1, kDraws, 4));

  const Matrix certain = draw(sigmoid_cross_entropy, Matrix(2, 2, {-200, 200, 200, -200}), random);
  EXPECT_EQ(certain, Matrix(2, 2, {0, 1, 1, 0}));
}

TEST(DrawTargets, ResidualCriteriaDrawAStandardNormalAroundTheOutputs) {
  constexpr int kDraws = 20000;
  Matrix outputs(1, kDraws);
  for (real& value : outputs.values) value = 3;
  for (const Op* op : {&squared_error, &tukey_biweight}) {
    Random random(3, Random::Stream::Test);
    const Matrix targets = draw(*op, outputs, random);
    double mean = 0;
    double square = 0;
    for (const real t : targets.values) {
      mean += (static_cast<double>(t) - 3) / kDraws;
      square += std::pow(static_cast<double>(t) - 3, 2) / kDraws;
    }
    // Variances of the mean and of the mean square: 1/N and 2/N; six deviations.
    EXPECT_NEAR(mean, 0, 6 / std::sqrt(double{kDraws}));
    EXPECT_NEAR(square, 1, 6 * std::sqrt(2.0 / kDraws));
  }
}

/// The mean block over `draws` steps, layer by layer.
std::vector<Matrix> sampled_blocks(const RandomNetwork& network, int draws) {
  LayerBlocks blocks(*network.plan, fisher_sampled, {.seed = 11});
  std::vector<Matrix> means;
  for (int step = 0; step < draws; ++step) {
    EXPECT_TRUE(blocks.run(static_cast<std::uint64_t>(step)).usable());
    for (std::size_t t = 0; t < blocks.layers().size(); ++t) {
      const Matrix block = from_view(blocks.block(blocks.layers()[t]));
      if (step == 0) means.emplace_back(block.rows, block.cols);
      means[t] = means[t] + 1.0 / draws * block;
    }
  }
  return means;
}

/// Cross-entropy is the log-likelihood of the labels drawn, so E[δδᵀ] over them is the Gauss-Newton matrix of each
/// sample: at the last layer diag(p) - p pᵀ, whose entries are means of B draws' δᵢδⱼ in [-1, 1]; error ∝ 1/√N.
TEST(SampledFisher, ConvergesToTheGaussNewtonBlockOfTheLastLayer) {
  constexpr int kBatch = 6;
  const RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, kBatch);
  LayerBlocks last(*network.plan, gauss_newton);
  ASSERT_TRUE(last.run().usable());
  const Matrix expected = from_view(last.block(last.layers()[1]));
  LayerBlocks of_data(*network.plan, fisher);
  ASSERT_TRUE(of_data.run().usable());
  for (const int draws : {100, 1600, 6400}) {
    const double bound = hoeffding(2, draws * double{kBatch}, 9);
    EXPECT_LT(max_difference(sampled_blocks(network, draws)[1], expected), bound) << draws << " draws";
    if (draws == 6400) {
      EXPECT_GT(max_difference(from_view(of_data.block(of_data.layers()[1])), expected), 2 * bound)
          << "the case has to tell the labels of the data from those of the model";
    }
  }
}

/// Below, it is the mean over samples of the exact Gauss-Newton matrices, not their approximation (6). Entries of a
/// sample are products of two elements of δ, no larger than those of the δ of any class.
TEST(SampledFisher, ConvergesToTheExactGaussNewtonBlocksBelow) {
  constexpr int kBatch = 6;
  constexpr int kDraws = 6400;
  constexpr Curvature kExactGaussNewton{.name = "exact Gauss-Newton",
                                        .description = "",
                                        .method = Curvature::Method::RecursionPerSample,
                                        .residual = Residual::Drop};
  const RandomNetwork network({4, 5, 3}, sigmoid, softmax_cross_entropy, kBatch);
  LayerBlocks exact_blocks(*network.plan, kExactGaussNewton);
  ASSERT_TRUE(exact_blocks.run().usable());
  const WeightedLayer& layer = exact_blocks.layers()[0];
  const Matrix expected = from_view(exact_blocks.block(layer));
  const Matrix found = sampled_blocks(network, kDraws)[0];

  double largest = 0;
  for (int label = 0; label < 3; ++label) {
    Matrix targets(3, kBatch);
    for (int s = 0; s < kBatch; ++s) targets(label, s) = 1;
    copy_to_device(targets.values, network.plan->input(network.model.target));
    network.run();
    largest = std::max(largest, max_difference(from_view(exact_blocks.delta(layer)), Matrix(5, kBatch)));
  }
  EXPECT_LT(max_difference(found, expected), hoeffding(2 * largest * largest, kDraws * double{kBatch}, 25));
}

TEST(SampledFisher, LeavesThePlanAsItWas) {
  const RandomNetwork network({4, 5, 3}, sigmoid, bounded, 6);
  const std::vector<real> gradient = to_host(network.plan->parameter_gradient(0));
  const std::vector<real> targets = to_host(network.plan->value(network.model.target));
  LayerBlocks blocks(*network.plan, fisher_sampled);
  ASSERT_TRUE(blocks.run(4).usable());
  EXPECT_EQ(to_host(network.plan->parameter_gradient(0)), gradient);
  EXPECT_EQ(to_host(network.plan->value(network.model.target)), targets);
  const std::vector<real> block = to_host(blocks.block(blocks.layers()[0]));
  ASSERT_TRUE(blocks.run(5).usable());
  EXPECT_NE(to_host(blocks.block(blocks.layers()[0])), block);
  ASSERT_TRUE(blocks.run(4).usable());
  EXPECT_EQ(to_host(blocks.block(blocks.layers()[0])), block);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
