#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "tests/support/train_tool.h"
#include "tools/reproduce/race/arm.h"
#include "tools/reproduce/race/npy_file.h"
#include "tools/reproduce/race/plateau.h"
#include "tools/reproduce/report/race_runs.h"

/// tools/peers/train.py, by the interpreter that CURVEGRAPH_PYTHON names or python3; skipped where that has no PyTorch.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;

Command peers_command(const Options& options) {
  const char* const python = std::getenv("CURVEGRAPH_PYTHON");
  Command command{"/usr/bin/env", python == nullptr ? "python3" : python,
                  std::string(std::getenv("CURVEGRAPH_SOURCE")) + "/tools/peers/train.py"};
  for (const auto& [option, value] : options) {
    command.push_back("--" + option);
    command.push_back(value);
  }
  return command;
}

class RacePeers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Command command = peers_command({});
    command.emplace_back("--describe");
    const ProcessResult result = run_process(command);
    described() = result.status == 0 ? result.out : "";
  }

  void SetUp() override {
    if (described().empty()) GTEST_SKIP() << "no Python 3";
    missing_ = json::parse(described()).at("missing");
    if (missing_.contains("adam")) GTEST_SKIP() << "no PyTorch: " << described();
  }

  static std::string& described() {
    static std::string text;
    return text;
  }

  /// Inputs as they are, targets by `target` of sample and output; the same for training and test.
  void write_data(int samples, int features, int outputs, auto input, auto target) const {
    std::vector<float> inputs;
    std::vector<float> targets;
    for (int i = 0; i < samples; ++i) {
      for (int j = 0; j < features; ++j) inputs.push_back(static_cast<float>(input(i, j)));
      for (int j = 0; j < outputs; ++j) targets.push_back(static_cast<float>(target(i, j)));
    }
    for (const char* part : {"train", "test"}) {
      write_npy(dir_.path() / fmt::format("{}_inputs.npy", part), inputs, features);
      write_npy(dir_.path() / fmt::format("{}_targets.npy", part), targets, outputs);
    }
  }

  [[nodiscard]] Options options(const Options& changes) const {
    return with({{"dataset", "npy"},
                 {"data", dir_.path().string()},
                 {"threads", "1"},
                 {"output", (dir_.path() / "out").string()}},
                changes);
  }

  [[nodiscard]] report::RaceMetrics metrics() const {
    return report::read_race_metrics(dir_.path() / "out/metrics.csv");
  }

  TempDir dir_;
  json missing_;
};

TEST_F(RacePeers, EveryOptimizerLearnsTheArm) {
  const ArmData data = generate_arm_data({.train = 1000, .test = 100, .outliers = 0});
  write_npy(dir_.path() / "train_inputs.npy", data.train.inputs, ArmSamples::features);
  write_npy(dir_.path() / "train_targets.npy", data.train.targets, ArmSamples::outputs);
  write_npy(dir_.path() / "test_inputs.npy", data.test.inputs, ArmSamples::features);
  write_npy(dir_.path() / "test_targets.npy", data.test.targets, ArmSamples::outputs);
  const double plateau = biweight_plateau(
      standardised_targets(data.train.targets, ArmSamples::outputs, NormalizeTargets::Robust), ArmSamples::outputs);
  for (const char* optimizer : {"sgd", "adam", "soap", "k-fac"}) {
    if (missing_.contains(optimizer)) continue;
    const ProcessResult result = run_process(peers_command(options({{"layers", "8-32-2"},
                                                                    {"activation", "tanh"},
                                                                    {"criterion", "tukey-biweight"},
                                                                    {"optimizer", optimizer},
                                                                    {"learning-rate", "0.01"},
                                                                    {"batch-size", "30"},
                                                                    {"epochs", "4"}})));
    ASSERT_EQ(result.status, 0) << optimizer << result.err;
    const report::RaceMetrics found = metrics();
    EXPECT_EQ(found.measure, "rmse");
    ASSERT_THAT(found.epochs, SizeIs(4));
    EXPECT_EQ(found.epochs[1].step, 66);  // ten samples sit out
    EXPECT_LT(found.epochs[3].train_loss, 0.7 * plateau) << optimizer;
    EXPECT_GT(found.epochs[1].seconds, found.epochs[0].seconds);
  }
}

// A network of zeros as inputs has a constant output: trained, its loss is the plateau, by the definition in plateau.h.
TEST_F(RacePeers, LossesAreByTheSameDefinitions) {
  const auto zero = [](int, int) { return 0; };
  const std::vector<double> levels{0.1, 0.9, 0.3, 0.3, 0.7, 0.2};
  const auto level = [&](int i, int j) {
    return levels[static_cast<std::size_t>((i + 3 * j) % 6)] + (j == 1 ? 0.05 : 0);
  };
  std::vector<float> targets;
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 2; ++j) {
      bytes.push_back(static_cast<std::uint8_t>(255 * level(i, j)));
      targets.push_back(static_cast<float>(bytes.back()) / 255.0F);
    }
  }
  const auto expect = [&](const char* criterion, const std::vector<float>& wanted, double plateau) {
    write_data(60, 3, 2, zero, [&](int i, int j) { return wanted[static_cast<std::size_t>(2 * i + j)]; });
    const ProcessResult result = run_process(peers_command(options({{"layers", "3-2"},
                                                                    {"criterion", criterion},
                                                                    {"optimizer", "sgd"},
                                                                    {"momentum", "0.5"},
                                                                    {"learning-rate", "0.5"},
                                                                    {"batch-size", "60"},
                                                                    {"epochs", "100"}})));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_NEAR(metrics().epochs.back().train_loss, plateau, 2e-6 * (1 + plateau)) << criterion;
  };
  expect("sigmoid-cross-entropy", targets, pixel_plateau(bytes, 2));
  std::vector<float> large = targets;
  for (float& target : large) target = 2e5F + 8e4F * target;
  expect("squared-error", large, squared_error_plateau(standardised_targets(large, 2, NormalizeTargets::Standard), 2));
  std::vector<float> disturbed = targets;
  for (std::size_t i = 0; i < disturbed.size(); i += 7) disturbed[i] += 20;
  expect("tukey-biweight", disturbed,
         biweight_plateau(standardised_targets(disturbed, 2, NormalizeTargets::Robust), 2));
}

TEST_F(RacePeers, EndsAtTheTargetOrAtTheLimit) {
  write_data(
      200, 2, 1, [](int i, int j) { return (i % (3 + j)) - 1.0; }, [](int i, int) { return i % 3; });
  const Options linear = options({{"layers", "2-1"},
                                  {"criterion", "squared-error"},
                                  {"optimizer", "adam"},
                                  {"learning-rate", "0.01"},
                                  {"epochs", "1000"}});
  ASSERT_EQ(run_process(peers_command(with(linear, {{"target-loss", "0.2"}}))).status, 0);
  const report::RaceMetrics found = metrics();
  ASSERT_GT(found.epochs.size(), 2U);
  ASSERT_LT(found.epochs.size(), 1000U);
  EXPECT_LE(found.epochs.back().train_loss, 0.2);
  EXPECT_GT(found.epochs[found.epochs.size() - 2].train_loss, 0.2);
  const ProcessResult limited = run_process(peers_command(with(linear, {{"limit", "1e-7"}})));
  EXPECT_EQ(limited.status, 0);
  EXPECT_THAT(limited.out, HasSubstr("stopped in epoch 1"));
}

TEST_F(RacePeers, ImagesOfBothKinds) {
  write_fashion_mnist(dir_, "fashion");
  write_cifar10(dir_, "cifar");
  const std::string fashion = (dir_.path() / "fashion").string();
  const std::string cifar = (dir_.path() / "cifar").string();
  const auto run = [&](const Options& changes) {
    const ProcessResult result = run_process(peers_command(with(
        options({{"optimizer", "adam"}, {"learning-rate", "0.003"}, {"batch-size", "25"}, {"epochs", "3"}}), changes)));
    ASSERT_EQ(result.status, 0) << result.err;
    ASSERT_THAT(metrics().epochs, SizeIs(3));
    EXPECT_LT(metrics().epochs[2].train_loss, metrics().epochs[0].train_loss);
  };
  run({{"dataset", "fashion-mnist"}, {"data", fashion}, {"layers", "36-16-10"}});
  EXPECT_EQ(metrics().measure, "accuracy");
  run({{"dataset", "cifar-10"}, {"data", cifar}, {"layers", "3072-16-10"}});
  EXPECT_EQ(metrics().measure, "accuracy");
  run({{"dataset", "fashion-mnist"},
       {"data", fashion},
       {"layers", "36-16-36"},
       {"task", "autoencoder"},
       {"criterion", "sigmoid-cross-entropy"}});
  EXPECT_EQ(metrics().measure, "rmse");
}

TEST_F(RacePeers, MisuseAndDivergence) {
  write_data(
      50, 2, 1, [](int i, int) { return i; }, [](int i, int) { return i; });
  const Options good = options({{"layers", "2-1"}, {"criterion", "squared-error"}, {"batch-size", "10"}});
  const auto expect = [&](const Options& changes, int status, const std::string& text) {
    const ProcessResult result = run_process(peers_command(with(good, changes)));
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(lines(result.err).back(), HasSubstr(text));
  };
  expect({{"layers", "3-1"}}, 2, "expected 2 inputs and 1 outputs");
  expect({{"batch-size", "51"}}, 2, "more than the 50 training samples");
  expect({{"optimizer", "lbfgs"}}, 2, "invalid choice: 'lbfgs'");
  expect({{"data", (dir_.path() / "none").string()}}, 1, "none");
  expect({{"optimizer", "sgd"}, {"learning-rate", "1e30"}}, 3, "expected a finite number");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
