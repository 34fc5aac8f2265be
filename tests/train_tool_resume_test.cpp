#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const Options resumed_sgd{{"optimizer", "sgd"}, {"learning-rate", "0.05"}};

const Options adam{{"optimizer", "adam"}, {"learning-rate", "0.01"}, {"weight-decay", "0.1"}, {"warm-up", "7"}};

// Draws random numbers, and keeps blocks over steps; an epoch here is not a multiple of three steps.
const Options sampled{{"curvature", "fisher-sampled"}, {"solver", "kfi"}, {"curvature-every", "3"}};

// The default keeps a block over more steps than an epoch of five has. Adaptive damping measures every five: it gets
// six.
const Options usual{};
/// Epochs end between two blocks.
const Options between{{"batch-size", "40"}};
const Options fixed_between{
    {"batch-size", "40"}, {"solver", "kfi"}, {"damping", "fixed"}, {"curvature-every", "4"}, {"averaging", "0"}};
const Options adaptive{{"damping", "adaptive"}, {"batch-size", "40"}};
const Options averaged{{"averaging", "0.9"}};
const Options kept{{"curvature-every", "3"}, {"product-share", "0.02"}, {"averaging", "0"}};
const Options averaged_blocks{{"preset", "paper"}, {"averaging", "0.9"}, {"curvature-every", "3"}, {"momentum", "0.5"}};
const Options paper{{"preset", "paper"}};

std::string in_dir(const TempDir& dir, const char* name) { return (dir.path() / name).string(); }

/// Rows of metrics.csv without its header; none while there is no such file.
std::size_t epochs_done(const std::string& output) {
  std::ifstream file(output + "/metrics.csv");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() ? 0 : lines(text).size() - 1;
}

/// Runs the program until it has written `epochs` rows, and kills it.
void run_until(const Options& options, std::size_t epochs) {
  Process process(train_command(options));
  while (process.running() && epochs_done(options.at("output")) < epochs) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  process.kill();
  const ProcessResult result = process.wait();
  ASSERT_EQ(result.signal, SIGKILL) << result.err;
}

void expect_same_results(const TempDir& dir, const std::string& folder, const std::string& other) {
  EXPECT_EQ(without_seconds(dir.read(folder + "/metrics.csv")), without_seconds(dir.read(other + "/metrics.csv")));
  EXPECT_EQ(dir.read(folder + "/model.safetensors"), dir.read(other + "/model.safetensors"));
}

TEST(TrainToolResume, EndsAsIfItHadNeverBeenKilled) {
  for (const Options& optimizer : {usual, paper, resumed_sgd, adam, sampled, adaptive, averaged}) {
    SCOPED_TRACE(testing::PrintToString(optimizer));
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(fashion_mnist_options(dir), optimizer);
    const Options endless = with(options, {{"epochs", "1000000"}});
    run_until(endless, 1);
    run_until(with(endless, {{"resume", in_dir(dir, "out")}}), epochs_done(in_dir(dir, "out")) + 1);
    // The checkpoint may be an epoch ahead of the rows.
    const std::string epochs = std::to_string(epochs_done(in_dir(dir, "out")) + 3);

    const ProcessResult resumed = run_train(with(options, {{"resume", in_dir(dir, "out")}, {"epochs", epochs}}));
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_THAT(resumed.out, HasSubstr("resuming after epoch "));
    const ProcessResult whole = run_train(with(options, {{"output", in_dir(dir, "whole")}, {"epochs", epochs}}));
    ASSERT_EQ(whole.status, 0) << whole.err;
    EXPECT_THAT(whole.out, Not(HasSubstr("resuming")));
    EXPECT_EQ(std::to_string(epochs_done(in_dir(dir, "whole"))), epochs);
    expect_same_results(dir, "out", "whole");
  }
}

TEST(TrainToolResume, RunsForMoreEpochs) {
  for (const Options& optimizer :
       {usual, paper, resumed_sgd, adam, sampled, adaptive, averaged, averaged_blocks, kept, between, fixed_between}) {
    SCOPED_TRACE(testing::PrintToString(optimizer));
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(fashion_mnist_options(dir), optimizer);
    ASSERT_EQ(run_train(with(options, {{"epochs", "2"}})).status, 0);
    ASSERT_EQ(run_train(with(options, {{"epochs", "4"}, {"resume", in_dir(dir, "out")}})).status, 0);
    ASSERT_EQ(run_train(with(options, {{"epochs", "4"}, {"output", in_dir(dir, "whole")}})).status, 0);
    EXPECT_EQ(epochs_done(in_dir(dir, "out")), 4U);
    expect_same_results(dir, "out", "whole");
  }
}

TEST(TrainToolResume, FollowsTheScheduleToItsEnd) {
  const Options schedule{
      {"learning-rate-schedule", "cosine"}, {"warm-up", "12"}, {"weight-decay", "0.1"}, {"epochs", "200"}};
  for (const Options& optimizer : {Options{}, resumed_sgd, adam}) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(with(fashion_mnist_options(dir), optimizer), schedule);
    run_until(options, 1);
    run_until(with(options, {{"resume", in_dir(dir, "out")}}), epochs_done(in_dir(dir, "out")) + 1);
    const ProcessResult other = run_train(with(options, {{"resume", in_dir(dir, "out")}, {"epochs", "201"}}));
    EXPECT_EQ(other.status, 2);
    EXPECT_THAT(other.err,
                HasSubstr("--epochs 201: the run in " + in_dir(dir, "out") + " has 200; leave the option out"));

    ASSERT_EQ(run_train(with(options, {{"resume", in_dir(dir, "out")}})).status, 0);
    ASSERT_EQ(run_train(with(options, {{"output", in_dir(dir, "whole")}})).status, 0);
    EXPECT_EQ(epochs_done(in_dir(dir, "out")), 200U);
    expect_same_results(dir, "out", "whole");
    // The schedule makes a difference.
    ASSERT_EQ(
        run_train(with(options, {{"output", in_dir(dir, "linear")}, {"learning-rate-schedule", "linear"}})).status, 0);
    EXPECT_NE(dir.read("linear/model.safetensors"), dir.read("whole/model.safetensors"));
  }
}

TEST(TrainToolResume, NeedsNoOptionRepeated) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = with(fashion_mnist_options(dir), {{"preset", "paper"}, {"seed", "7"}, {"alpha", "0.1"}});
  ASSERT_EQ(run_train(with(options, {{"epochs", "2"}})).status, 0);
  ASSERT_EQ(run_train({{"resume", in_dir(dir, "out")}, {"epochs", "4"}}).status, 0);
  ASSERT_EQ(run_train(with(options, {{"epochs", "4"}, {"output", in_dir(dir, "whole")}})).status, 0);
  expect_same_results(dir, "out", "whole");
}

TEST(TrainToolResume, NamesTheOptionThatWasChanged) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  ASSERT_EQ(run_train(fashion_mnist_options(dir)).status, 0);
  const std::string folder = in_dir(dir, "out");
  const std::vector<std::pair<Options, std::string>> cases = {
      {{{"preset", "paper"}}, "--preset paper: the run in " + folder + " has the default"},
      {{{"batch-size", "40"}}, "--batch-size 40: the run in " + folder + " has 50"},
      {{{"activation", "relu"}, {"patience", "3"}, {"validation", "0.1"}},
       "--activation relu: the run in " + folder + " has sigmoid"},
  };
  for (const auto& [changes, message] : cases) {
    const ProcessResult result = run_train(with({{"resume", folder}}, changes));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr(message + "; leave the option out to continue that run\n"));
  }
}

TEST(TrainToolResume, ReplacesNoOtherRun) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = fashion_mnist_options(dir);
  ASSERT_EQ(run_train(options).status, 0);
  ASSERT_EQ(run_train(with(options, {{"output", in_dir(dir, "other")}})).status, 0);
  const auto before = files_below(dir.path());
  const ProcessResult result = run_train({{"resume", in_dir(dir, "out")}, {"output", in_dir(dir, "other")}});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("already holds a run"));
  EXPECT_EQ(files_below(dir.path()), before);
}

TEST(TrainToolResume, LeavesTheRunAloneWhenItWritesElsewhere) {
  const TempDir dir;
  write_cifar10(dir, "data");
  const Options options = with(cifar10_options(dir), {{"epochs", "2"}});
  ASSERT_EQ(run_train(options).status, 0);
  const auto before = files_below(in_dir(dir, "out"));
  ASSERT_EQ(run_train(with(options, {{"epochs", "4"}, {"resume", in_dir(dir, "out")}, {"output", in_dir(dir, "copy")}}))
                .status,
            0);
  EXPECT_EQ(files_below(in_dir(dir, "out")), before);
  ASSERT_EQ(run_train(with(options, {{"epochs", "4"}, {"output", in_dir(dir, "whole")}})).status, 0);
  expect_same_results(dir, "copy", "whole");
}

TEST(TrainToolResume, WritesTheResultsOfAnEndedRunAnew) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options options = fashion_mnist_options(dir);
  ASSERT_EQ(run_train(options).status, 0);
  const auto before = files_below(in_dir(dir, "out"));
  // As if it had been killed between the checkpoint and the results.
  std::filesystem::remove(in_dir(dir, "out/model.safetensors"));
  dir.write("out/metrics.csv", "of an earlier epoch\n");
  ASSERT_EQ(run_train(with(options, {{"resume", in_dir(dir, "out")}})).status, 0);
  EXPECT_EQ(files_below(in_dir(dir, "out")), before);
}

TEST(TrainToolResume, RefusesACheckpointAtAStepThatNoEpochHas) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  ASSERT_EQ(run_train(fashion_mnist_options(dir)).status, 0);
  Safetensors checkpoint = read_safetensors(in_dir(dir, "out/checkpoint.safetensors"));
  for (const char* steps : {"-1", "5", "2147483647"}) {
    checkpoint.metadata["progress"] =
        R"({"epoch":1,"epoch_steps":)" + std::string(steps) + R"(,"step":5,"seconds":1,"start_loss":2})";
    write_safetensors(in_dir(dir, "out/checkpoint.safetensors"), checkpoint);
    const ProcessResult result = run_train({{"resume", in_dir(dir, "out")}});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("its checkpoint is at epoch 1 and " + std::string(steps) + " steps"));
  }
}

TEST(TrainToolResume, CountsTheSecondsOn) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  ASSERT_EQ(run_train(fashion_mnist_options(dir)).status, 0);
  const std::string before = dir.read("out/metrics.csv");
  Safetensors checkpoint = read_safetensors(in_dir(dir, "out/checkpoint.safetensors"));
  checkpoint.metadata["progress"] = R"({"epoch":3,"step":15,"seconds":1000})";
  write_safetensors(in_dir(dir, "out/checkpoint.safetensors"), checkpoint);

  ASSERT_EQ(run_train(with(fashion_mnist_options(dir), {{"epochs", "5"}, {"resume", in_dir(dir, "out")}})).status, 0);
  const std::string after = dir.read("out/metrics.csv");
  EXPECT_EQ(after.substr(0, before.size()), before);
  const std::vector<std::string> rows = lines(after);
  ASSERT_THAT(rows, SizeIs(6));
  EXPECT_THAT(rows[4], StartsWith("4,20,"));
  EXPECT_THAT(rows[5], StartsWith("5,25,"));
  const double fourth = std::stod(rows[4].substr(5));
  const double fifth = std::stod(rows[5].substr(5));
  EXPECT_GE(fourth, 1000);
  EXPECT_GE(fifth, fourth);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
