#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/train_tool.h"
#include "tools/train/run_folder.h"
#include "tools/train/session.h"

/// tools/train with a validation set.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string in_folder(const TempDir& dir, const std::string& name) { return (dir.path() / name).string(); }

RunState state_of(const TempDir& dir, const std::string& folder) {
  return {.metrics = dir.read(folder + "/metrics.csv")};
}

/// A run that validates with a fifth of the training set, and takes so small steps that each epoch is better.
Options validated(const TempDir& dir) {
  return with(fashion_mnist_options(dir), {{"validation", "0.2"}, {"epochs", "4"}});
}

TEST(TrainToolValidation, HoldsSamplesOutAndKeepsTheBestModel) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const ProcessResult run = run_train(validated(dir));
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("200 training, 50 validation and 50 test samples"), HasSubstr("valid loss"),
                             HasSubstr("best epoch ")));
  const RunState state = state_of(dir, "out");
  const std::vector<double> accuracies = state.column("validation_accuracy");
  ASSERT_EQ(accuracies.size(), 4U);
  std::size_t best = 0;
  for (std::size_t epoch = 1; epoch < 4; ++epoch) {
    if (accuracies[epoch] > accuracies[best]) best = epoch;
  }
  const SafetensorsFile file(in_folder(dir, "out/best.safetensors"));
  EXPECT_EQ(file.metadata().at("epoch"), std::to_string(best + 1));
  EXPECT_NEAR(std::stod(file.metadata().at("validation_accuracy")), accuracies[best], 1e-8);

  // It is the network that a run of so many epochs ends with.
  const ProcessResult shorter =
      run_train(with(validated(dir), {{"epochs", std::to_string(best + 1)}, {"output", in_folder(dir, "shorter")}}));
  ASSERT_EQ(shorter.status, 0) << shorter.err;
  const SafetensorsFile last(in_folder(dir, "shorter/model.safetensors"));
  for (const auto& [name, tensor] : last.tensors()) {
    std::vector<std::byte> expected(tensor.end - tensor.begin);
    std::vector<std::byte> found(expected.size());
    last.read(name, 0, expected);
    file.read(name, 0, found);
    EXPECT_EQ(found, expected) << name;
  }
}

TEST(TrainToolValidation, EndsWherePatienceDoes) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  // The accuracy of a network that hardly moves has its best at once.
  const Options still = with(validated(dir), {{"learning-rate", "1e-30"}, {"optimizer", "sgd"}, {"epochs", "50"}});
  const ProcessResult run = run_train(with(still, {{"patience", "3"}}));
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("best epoch 1:"), HasSubstr("4 epochs, stopped by --patience")));
  EXPECT_EQ(state_of(dir, "out").column("test_loss").size(), 4U);
}

TEST(TrainToolValidation, ResumesAsIfItHadNeverBeenInterrupted) {
  for (const Options& more : {Options{}, Options{{"patience", "2"}, {"best-by", "loss"}, {"trust-region", "0.3"}}}) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    const Options options = with(validated(dir), more);
    ASSERT_EQ(run_train(with(options, {{"epochs", "2"}})).status, 0);
    const Options longer = with(options, {{"epochs", "9"}});
    ASSERT_EQ(run_train(with(longer, {{"resume", in_folder(dir, "out")}})).status, 0);
    ASSERT_EQ(run_train(with(longer, {{"output", in_folder(dir, "whole")}})).status, 0);
    EXPECT_EQ(without_seconds(dir.read("out/metrics.csv")), without_seconds(dir.read("whole/metrics.csv")));
    for (const char* file : {"/best.safetensors", "/model.safetensors"}) {
      EXPECT_EQ(dir.read("out" + std::string(file)), dir.read("whole" + std::string(file))) << file;
    }
    // To another folder, from where the best epoch may be an earlier one.
    const Options shorter =
        with(options, {{"epochs", "9"}, {"resume", in_folder(dir, "out")}, {"output", in_folder(dir, "moved")}});
    ASSERT_EQ(run_train(shorter).status, 0);
    EXPECT_EQ(dir.read("moved/best.safetensors"), dir.read("whole/best.safetensors"));
    // A kill after the checkpoint and before the best network.
    if (SafetensorsFile(in_folder(dir, "whole/best.safetensors")).metadata().at("epoch") == "9") {
      std::filesystem::remove(in_folder(dir, "out/best.safetensors"));
      ASSERT_EQ(run_train(with(longer, {{"resume", in_folder(dir, "out")}})).status, 0);
      EXPECT_EQ(dir.read("out/best.safetensors"), dir.read("whole/best.safetensors"));
    }
    const ProcessResult other = run_train(with(longer, {{"resume", in_folder(dir, "out")}, {"validation", "0.3"}}));
    EXPECT_EQ(other.status, 2);
    EXPECT_THAT(other.err, HasSubstr("--validation 0.3: the run in " + in_folder(dir, "out") + " has 0.2"));
  }
}

TEST(TrainToolValidation, TakesTheSetThatTheDataHas) {
  const TempDir dir;
  std::string rows = "x,y\n";
  for (int i = 0; i < 30; ++i) rows += std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  for (const char* name : {"data/train.csv", "data/test.csv"}) dir.write(name, rows);
  dir.write("data/validation.csv", "x,y\n1,1\n2,0\n");
  const Options options{
      {"dataset", "csv"}, {"data", in_folder(dir, "data")}, {"targets", "y"}, {"layers", "1-4-2"}, {"epochs", "1"},
      {"threads", "1"},   {"output", in_folder(dir, "out")}};
  const ProcessResult run = run_train(options);
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("30 training, 2 validation and 30 test samples"));
  const ProcessResult twice = run_train(with(options, {{"validation", "0.5"}, {"output", in_folder(dir, "twice")}}));
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.err, HasSubstr("--validation: the data has its own validation set (csv validation)"));
  dir.write("data/validation.csv", "x,z\n1,1\n");
  EXPECT_THAT(run_train(with(options, {{"output", in_folder(dir, "other")}})).err,
              HasSubstr("column 2 is 'z', expected 'y'"));
}

TEST(TrainToolValidation, RefusesWhatNeedsASetThatThereIsNot) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  for (const auto& [options, message] : std::map<Options, std::string>{
           {{{"patience", "3"}}, "--patience: needs a validation set, found none; --validation 0.1 holds out"},
           {{{"best-by", "loss"}}, "--best-by: needs a validation set"},
           {{{"validation", "0.1"}, {"best-by", "rmse"}},
            "--best-by rmse: is not measured for classification, expected loss or accuracy"},
           {{{"validation", "1"}}, "--validation: found '1', expected a number above 0 and below 1"},
           {{{"validation", "0.001"}}, "leaves 0 of 250"},
           {{{"best-by", "time"}}, "--best-by: found 'time', expected loss, accuracy or rmse"}}) {
    const ProcessResult run = run_train(with(fashion_mnist_options(dir), options));
    EXPECT_EQ(run.status, 2);
    EXPECT_THAT(run.err, HasSubstr(message));
  }
}

TEST(TrainToolValidation, LeavesNoTraceWithoutASet) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const ProcessResult run = run_train(fashion_mnist_options(dir));
  EXPECT_THAT(run.out, Not(HasSubstr("valid")));
  EXPECT_THAT(dir.read("out/metrics.csv"),
              StartsWith("epoch,step,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n"));
  EXPECT_FALSE(files_below(dir.path() / "out").contains("best.safetensors"));
}

TEST(FittingBatchSize, DividesSmallSetsWithLittleLeftOver) {
  for (const auto& [samples, expected] : std::vector<std::pair<int, int>>{{1, 1},
                                                                          {60, 60},
                                                                          {100, 100},
                                                                          {101, 50},
                                                                          {150, 75},
                                                                          {199, 99},
                                                                          {250, 83},
                                                                          {999, 99},
                                                                          {1000, 100},
                                                                          {60000, 100}}) {
    EXPECT_EQ(fitting_batch_size(samples, 100), expected) << samples;
    EXPECT_LT(samples % fitting_batch_size(samples, 100), 100);
  }
}

/// The default on fewer samples than its batch size, as a user has them.
TEST(FittingBatchSize, LetsSmallSetsTrain) {
  const TempDir dir;
  std::string rows = "x,y\n";
  for (int i = 0; i < 150; ++i) rows += std::to_string(i % 10) + "," + std::to_string(i % 10 < 5 ? 1 : 0) + "\n";
  for (const char* name : {"data/train.csv", "data/test.csv"}) dir.write(name, rows);
  const Options options{
      {"dataset", "csv"}, {"data", in_folder(dir, "data")}, {"targets", "y"}, {"layers", "1-4-2"}, {"epochs", "2"},
      {"threads", "1"},   {"output", in_folder(dir, "out")}};
  const ProcessResult run = run_train(options);
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("batch size 75"));
  EXPECT_EQ(run_train(with(options, {{"resume", in_folder(dir, "out")}, {"epochs", "3"}})).status, 0);
  const ProcessResult large = run_train(with(options, {{"batch-size", "151"}, {"output", in_folder(dir, "large")}}));
  EXPECT_EQ(large.status, 2);
  EXPECT_THAT(large.err, HasSubstr("--batch-size 151: more than the 150 samples"));
}

TEST(FarAbove, TellsARunThatHasGoneWrong) {
  EXPECT_EQ(far_above(2, 19), "");
  EXPECT_EQ(far_above(0, 1e-9), "") << "a loss of zero to begin with is one to rounding";
  EXPECT_THAT(far_above(2, 21), AllOf(HasSubstr("21"), HasSubstr("learning rate")));
  EXPECT_THAT(far_above(2, std::nan("")), HasSubstr("the loss after its last step is nan"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
