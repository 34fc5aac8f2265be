#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/data/batch_loader.h"
#include "framework/io/safetensors.h"
#include "framework/optimizers/sgd.h"
#include "models/mlp.h"
#include "models/trainer.h"
#include "ops/ops.h"
#include "tests/support/errors_case.h"
#include "tests/support/plain_blocks.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// Parameters as the checkpoint in `folder` has them.
std::vector<PlainLayer> stored_layers(const std::filesystem::path& folder, const std::vector<int>& layers) {
  const Safetensors file = read_safetensors(folder / "checkpoint.safetensors");
  std::vector<PlainLayer> stored;
  for (std::size_t t = 0; t + 1 < layers.size(); ++t) {
    stored.push_back(
        {.weight = HostMatrix(Shape{layers[t + 1], layers[t]}), .bias = HostMatrix(Shape{layers[t + 1], 1})});
    // Column-major as stored.
    std::ranges::copy(file.at("parameter." + std::to_string(2 * t)).as<real>(), stored[t].weight.values().begin());
    std::ranges::copy(file.at("parameter." + std::to_string(2 * t + 1)).as<real>(), stored[t].bias.values().begin());
  }
  return stored;
}

struct PlainBatch {
  HostMatrix inputs = {};
  std::vector<int> labels = {};
};

/// The batch of an update, as Trainer takes it, normalised over channels.
PlainBatch batch_of(const HessianErrorsOptions& options, int update) {
  const Dataset& data = *options.train;
  const int steps = data.size() / options.batch_size;
  std::vector<int> order(static_cast<std::size_t>(data.size()));
  set_epoch_order(options.seed, update / steps + 1, order);
  const Normalization normalization = fit_normalization(data, Normalize::Channel);
  PlainBatch batch{.inputs = HostMatrix(Shape{data.features, options.batch_size})};
  for (int i = 0; i < options.batch_size; ++i) {
    const int sample = order[static_cast<std::size_t>(update % steps * options.batch_size + i)];
    batch.labels.push_back(data.labels[static_cast<std::size_t>(sample)]);
    for (int j = 0; j < data.features; ++j) {
      const auto at = static_cast<std::size_t>(j);
      batch.inputs(j, i) = (data.sample(sample)[at] / 255.0 - static_cast<double>(normalization.mean[at])) /
                           static_cast<double>(normalization.scale[at]);
    }
  }
  return batch;
}

void expect_errors(const std::vector<double>& found, const std::vector<HostMatrix>& blocks, const PlainBlocks& plain,
                   const std::string& curvature) {
  ASSERT_EQ(found.size(), blocks.size()) << curvature;
  for (std::size_t t = 0; t < blocks.size(); ++t) {
    const double expected = plain_distance(blocks[t], plain.absolute[t]);
    EXPECT_NEAR(found[t], expected, 1e-4 * expected + 2e-6 * plain_norm(plain.absolute[t]))
        << curvature << ", layer " << t + 1;
  }
}

double drop(double) { return 0; }
double magnitude(double mean) { return std::abs(mean); }
double clip(double mean) { return std::max(mean, 0.0); }

/// Of the last update that is measured, whose parameters the checkpoint holds.
void expect_plain_errors(const HessianErrorsOptions& options, const PlainCriterion& criterion, const TempDir& dir) {
  constexpr int last = 12;
  const std::vector<PlainLayer> layers = stored_layers(options.folder, options.layers);
  const PlainBatch batch = batch_of(options, last);
  const PlainBlocks plain = plain_blocks(layers, criterion, batch.inputs, batch.labels);
  const ErrorTable table = error_table(dir.read("case/errors.csv"));
  expect_errors(table.at({last, "fisher"}), plain.moments, plain, "fisher");
  const HostMatrix& top = plain.absolute.back();
  expect_errors(table.at({last, "pch-1"}), plain_recursion(layers, plain, top, magnitude), plain, "pch-1");
  expect_errors(table.at({last, "pch-2"}), plain_recursion(layers, plain, top, clip), plain, "pch-2");
  if (options.criterion->convex) {
    expect_errors(table.at({last, "gauss-newton"}), plain_recursion(layers, plain, top, drop), plain, "gauss-newton");
  }
  const std::string losses = dir.read("case/loss.csv");
  EXPECT_NEAR(std::stod(losses.substr(losses.rfind(',') + 1)), plain.loss, 1e-5);
}

TEST(HessianErrors, AreThoseOfPlainLoops) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  measure_hessian_errors(options);
  expect_plain_errors(options, plain_cross_entropy, dir);
}

TEST(HessianErrors, AreThoseOfPlainLoopsWhereTheCriterionIsNotConvex) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  options.criterion = &bounded;
  measure_hessian_errors(options);
  expect_plain_errors(options, plain_bounded, dir);
  EXPECT_FALSE(error_table(dir.read("case/errors.csv")).contains({0, "gauss-newton"}));
}

TEST(HessianErrors, HaveRowsForEveryMeasuredUpdate) {
  const TempDir dir;
  const Dataset data = small_images();
  measure_hessian_errors(small_case(data, dir.path() / "case"));
  const ErrorTable table = error_table(dir.read("case/errors.csv"));
  EXPECT_EQ(table.size(), 5U * 5U);
  for (const int update : {0, 3, 6, 9, 12}) {
    for (const char* curvature : {"fisher", "fisher-sampled", "gauss-newton", "pch-1", "pch-2"}) {
      ASSERT_EQ(table.at({update, curvature}).size(), 3U) << update << curvature;
    }
    // Of the last layer all but the Fisher matrices are exact.
    for (const char* curvature : {"gauss-newton", "pch-1", "pch-2"}) {
      EXPECT_LT(table.at({update, curvature})[2], 1e-6) << update << curvature;
    }
    EXPECT_GT(table.at({update, "fisher"})[2], 1e-3) << update;
    EXPECT_GT(table.at({update, "fisher-sampled"})[2], 1e-3) << update;
  }
  EXPECT_NE(table.at({0, "fisher-sampled"}), table.at({0, "fisher"}));
}

TEST(HessianErrors, SayWhatTheyAreOf) {
  const TempDir dir;
  const Dataset data = small_images();
  measure_hessian_errors(small_case(data, dir.path() / "case"));
  const auto json = nlohmann::json::parse(dir.read("case/case.json"));
  EXPECT_EQ(json.at("network"), "12-7-5-3");
  EXPECT_EQ(json.at("criterion"), "cross-entropy");
  EXPECT_EQ(json.at("batch_size"), 8);
  EXPECT_EQ(json.at("updates"), 13);
  EXPECT_EQ(json.at("every"), 3);
  EXPECT_EQ(json.at("method"), "pch-1+ea-cg");
  EXPECT_EQ(json.at("settings").at("alpha"), "0.02");
  EXPECT_EQ(json.at("seed"), 1);
  EXPECT_EQ(json.at("data"), "small images");
  EXPECT_EQ(json.at("lossy_jpeg"), false);
  EXPECT_EQ(json.at("outcome"), "finished");
}

TEST(HessianErrors, TrainAsTrainerDoes) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  options.every = 5;
  options.updates = 11;  // the last measured update is the first of the third epoch
  measure_hessian_errors(options);

  Model model = mlp(options.layers, sigmoid, softmax_cross_entropy);
  Plan plan(*model.graph, model.loss, options.batch_size, Plan::Buffers::ValuesAndDeltas);
  const auto optimizer = make_optimizer(options.optimizer, plan, options.seed);
  BatchLoader loader(data, fit_normalization(data, Normalize::Channel));
  Trainer trainer(model, plan, *optimizer, loader, options.seed);
  initialize_xavier(*model.graph, options.seed);
  ASSERT_TRUE(trainer.run_epoch(1).complete);
  ASSERT_TRUE(trainer.run_epoch(2).complete);
  const Safetensors file = read_safetensors(options.folder / "checkpoint.safetensors");
  for (std::size_t p = 0; p < model.graph->parameters().size(); ++p) {
    const auto stored = file.at("parameter." + std::to_string(p)).as<real>();
    EXPECT_EQ(model.graph->parameters()[p].to_host(), std::vector<real>(stored.begin(), stored.end())) << p;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
