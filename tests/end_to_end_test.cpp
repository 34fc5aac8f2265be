#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "framework/data/batch_loader.h"
#include "framework/optimizers/sgd.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "models/trainer.h"
#include "ops/ops.h"
#include "second_order/second_order.h"
#include "tests/support/paper.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int kClasses = 4;

/// Noisy images of 16 pixels: each class has a pattern of its own.
Dataset generated_images() {
  Random random(1, Random::Stream::Test);
  Dataset data{.name = "generated", .features = 16, .classes = kClasses};
  for (int sample = 0; sample < 400; ++sample) {
    const int label = sample % kClasses;
    for (int pixel = 0; pixel < data.features; ++pixel) {
      const double level = (pixel + label) % kClasses == 0 ? 180 : 80;
      data.values.push_back(static_cast<std::uint8_t>(std::clamp(level + 40 * random.normal(), 0.0, 255.0)));
    }
    data.labels.push_back(static_cast<std::uint8_t>(label));
  }
  return data;
}

/// The loss after 30 epochs of a network with six sigmoid layers.
template <class MakeOptimizer>
Score train(const MakeOptimizer& make_optimizer) {
  const Dataset data = generated_images();
  BatchLoader loader(data, fit_normalization(data, Normalize::Channel));
  const Model model = mlp(std::vector<int>{16, 32, 28, 24, 20, 16, kClasses}, sigmoid, softmax_cross_entropy);
  initialize_xavier(*model.graph, 1);
  Plan plan(*model.graph, model.loss, 50, Plan::Buffers::ValuesAndGradients);
  const std::unique_ptr<Optimizer> optimizer = make_optimizer(plan);
  Trainer trainer(model, plan, *optimizer, loader, 1);
  for (int epoch = 1; epoch <= 30; ++epoch) {
    const EpochSummary summary = trainer.run_epoch(epoch);
    EXPECT_TRUE(summary.complete) << summary.message;
  }
  return evaluate(plan, model, loader);
}

/// Sigmoid layers start on a plateau, where the network answers the same to every input: a loss of log 4 = 1.386.
TEST(EndToEnd, SecondOrderLeavesThePlateauWhereSgdStays) {
  const Score sgd =
      train([](Plan& plan) { return std::make_unique<Sgd>(plan, SgdOptions{.learning_rate = 0.1, .momentum = 0.9}); });
  EXPECT_GT(sgd.loss, 0.95 * std::log(kClasses));
  const Score second_order = train([](Plan& plan) {
    return std::make_unique<SecondOrder>(plan, paper([&](auto& o) {
                                           o.curvature = &pch_1;
                                           o.learning_rate = 0.1;
                                           o.damping.alpha = 0.02;
                                         }));
  });
  EXPECT_LT(second_order.loss, 0.2);
  EXPECT_GT(second_order.accuracy, 0.9);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
