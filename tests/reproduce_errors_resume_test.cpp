#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "ops/ops.h"
#include "tests/support/errors_case.h"
#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// Optimizers with and without a state of their own. Three steps share blocks, and five make an epoch.
std::vector<OptimizerOptions> optimizers() {
  OptimizerOptions sgd;
  sgd.kind = &optimizer_kind("sgd");
  sgd.learning_rate = 0.1;
  sgd.momentum = 0.9;
  OptimizerOptions sampled = pch_1_with_ea_cg();
  sampled.curvature = &fisher_sampled;
  sampled.curvature_every = 4;
  return {pch_1_with_ea_cg(), sgd, sampled};
}

TEST(HessianErrorsResume, EndsAsIfItHadNeverStopped) {
  const Dataset data = small_images();
  for (const OptimizerOptions& optimizer : optimizers()) {
    const TempDir dir;
    HessianErrorsOptions whole = small_case(data, dir.path() / "whole");
    whole.optimizer = optimizer;
    measure_hessian_errors(whole);
    HessianErrorsOptions parts = whole;
    parts.folder = dir.path() / "parts";
    for (const int updates : {1, 8, 13}) {
      parts.updates = updates;
      measure_hessian_errors(parts);
    }
    EXPECT_EQ(files_below(parts.folder), files_below(whole.folder)) << optimizer.optimizer_name();
  }
}

// A kill between two files, or in the middle of a step: the checkpoint is there, and of the others any that came
// before.
TEST(HessianErrorsResume, WritesAnewWhatAKillHasLeftBehind) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  options.updates = 4;
  measure_hessian_errors(options);
  const std::string errors = dir.read("case/errors.csv");
  options.updates = 8;
  measure_hessian_errors(options);
  const auto complete = files_below(options.folder);
  dir.write("case/errors.csv", errors);
  std::filesystem::remove(options.folder / "loss.csv");
  std::filesystem::remove(options.folder / "case.json");
  measure_hessian_errors(options);
  EXPECT_EQ(files_below(options.folder), complete);
}

TEST(HessianErrorsResume, ComputesNothingTwice) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  measure_hessian_errors(options);
  const auto checkpoint = options.folder / "checkpoint.safetensors";
  const auto before = files_below(options.folder);
  const auto written = std::filesystem::last_write_time(checkpoint);
  measure_hessian_errors(options);
  EXPECT_EQ(std::filesystem::last_write_time(checkpoint), written);
  EXPECT_EQ(files_below(options.folder), before);
  // One that is asked for less keeps all that it has.
  options.updates = 5;
  measure_hessian_errors(options);
  EXPECT_EQ(dir.read("case/errors.csv"), before.at("errors.csv"));
}

TEST(HessianErrorsResume, RefusesOtherSettings) {
  const TempDir dir;
  const Dataset data = small_images();
  const HessianErrorsOptions options = small_case(data, dir.path() / "case");
  measure_hessian_errors(options);
  const auto before = files_below(options.folder);
  const std::string source = (options.folder / "checkpoint.safetensors").string();

  HessianErrorsOptions other = options;
  other.seed = 2;
  EXPECT_EQ(refusal(other), source + ": that run has seed 1, found 2 now; a run resumes with its own settings");
  other = options;
  other.every = 2;
  EXPECT_THAT(refusal(other), HasSubstr("that run has every 3, found 2 now"));
  other = options;
  other.criterion = &bounded;
  EXPECT_THAT(refusal(other), HasSubstr("that run has criterion cross-entropy, found bounded now"));
  other = options;
  other.optimizer.damping.alpha = 0.1;
  EXPECT_THAT(refusal(other), HasSubstr("that run has alpha 0.02, found 0.1 now"));
  Dataset changed = data;
  changed.values[0] ^= 1;
  other = options;
  other.train = &changed;
  EXPECT_THAT(refusal(other), HasSubstr("that run has data "));
  EXPECT_EQ(files_below(options.folder), before);

  std::filesystem::remove(source);
  EXPECT_EQ(refusal(options), options.folder.string() +
                                  ": holds errors.csv without checkpoint.safetensors to go on from, expected both or a "
                                  "new folder");
}

TEST(HessianErrorsResume, RefusesWhatMakesNoSense) {
  const TempDir dir;
  const Dataset data = small_images();
  const HessianErrorsOptions options = small_case(data, dir.path() / "case");
  HessianErrorsOptions other = options;
  other.batch_size = 41;
  EXPECT_EQ(refusal(other), "batch size 41: expected from 1 to the 40 samples of small images train");
  other = options;
  other.updates = 0;
  EXPECT_EQ(refusal(other), "0 updates, measured every 3: expected at least 1 each");
  other = options;
  other.layers = {12, 7, 4};
  EXPECT_EQ(refusal(other),
            "layers 12-7-4: expected from 12 inputs to 3 outputs, the features and classes of small images train");
  EXPECT_FALSE(std::filesystem::exists(options.folder));
}

TEST(HessianErrorsResume, KeepsWhatWasMeasuredBeforeAFailure) {
  const TempDir dir;
  const Dataset data = small_images();
  HessianErrorsOptions options = small_case(data, dir.path() / "case");
  options.updates = 1;
  options.optimizer = optimizers()[1];
  options.optimizer.learning_rate = 1e38;
  measure_hessian_errors(options);
  const std::string before = dir.read("case/errors.csv");
  options.updates = 40;
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      measure_hessian_errors(options);
      ADD_FAILURE() << "finished";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), StartsWith(options.folder.string() + ": update "));
      EXPECT_THAT(error.what(), HasSubstr(": the loss is "));
      EXPECT_THAT(error.what(), EndsWith(", expected a finite number; what was measured before stays"));
    }
    EXPECT_THAT(dir.read("case/errors.csv"), StartsWith(before));
    const auto json = nlohmann::json::parse(dir.read("case/case.json"));
    EXPECT_EQ(json.at("outcome"), "failed");
    EXPECT_THAT(json.at("message").get<std::string>(), StartsWith("update "));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
