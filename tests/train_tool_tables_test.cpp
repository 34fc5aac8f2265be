#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/npy.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "ops/ops.h"
#include "tests/support/npy.h"
#include "tests/support/train_tool.h"

/// tools/train on tables, and for other tasks than classification.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr int kFeatures = 3;

/// Inputs of different magnitudes, with a smooth function of them and its sign.
struct Part {
  std::vector<float> inputs;
  std::vector<float> targets;
  std::vector<std::int64_t> classes;
};

Part part(std::uint64_t seed, int samples) {
  Random random(seed, Random::Stream::Test);
  Part part;
  for (int i = 0; i < samples; ++i) {
    const double a = random.uniform(-1, 1);
    const double b = random.uniform(-1, 1);
    part.inputs.insert(part.inputs.end(), {static_cast<float>(a), static_cast<float>(500 + 100 * b), 7.0F});
    part.targets.push_back(static_cast<float>(a - 2 * b));
    part.classes.push_back(a - 2 * b > 0 ? 1 : 0);
  }
  return part;
}

void write_tables(const TempDir& dir) {
  for (const std::string name : {"train", "test"}) {
    const int samples = name == "train" ? 200 : 50;
    const Part made = part(name == "train" ? 1 : 2, samples);
    const std::string inputs = npy_floats(fmt::format("({}, {})", samples, kFeatures), made.inputs);
    const std::string column = fmt::format("({},)", samples);
    dir.write("numbers/" + name + "_inputs.npy", inputs);
    dir.write("numbers/" + name + "_targets.npy", npy_floats(column, made.targets));
    dir.write("classes/" + name + "_inputs.npy", inputs);
    dir.write("classes/" + name + "_targets.npy", npy_file({.descr = "<i8", .shape = column}, bytes_of(made.classes)));
    std::string csv = "a,target,b,constant,class\r\n";
    for (std::size_t i = 0; i < made.targets.size(); ++i) {
      csv += fmt::format("{},{},{},7,{}\r\n", made.inputs[3 * i], made.targets[i], made.inputs[3 * i + 1],
                         made.classes[i]);
    }
    dir.write("csv/" + name + ".csv", csv);
  }
}

Options options_of(const TempDir& dir, const std::string& dataset, const std::string& data, const Options& changes) {
  return with({{"dataset", dataset},
               {"data", (dir.path() / data).string()},
               {"activation", "tanh"},
               {"batch-size", "20"},
               {"solver", "cg"},
               {"epochs", "10"},
               {"threads", "1"},
               {"output", (dir.path() / "out").string()}},
              changes);
}

std::vector<double> last_row(const TempDir& dir, const std::string& output = "out") {
  std::vector<double> row;
  std::string line = lines(dir.read(output + "/metrics.csv")).back();
  for (std::size_t begin = 0; begin <= line.size(); begin = std::min(line.find(',', begin), line.size()) + 1) {
    row.push_back(std::stod(line.substr(begin)));
  }
  return row;
}

TEST(TrainToolTables, LearnsRegression) {
  struct Case {
    std::string dataset;
    std::string data;
    Options changes;
  };
  for (const Case& c : std::vector<Case>{
           {"npy", "numbers", {{"layers", "3-8-1"}}},
           {"npy", "classes", {{"layers", "3-8-1"}, {"task", "regression"}}},
           {"csv", "csv", {{"layers", "4-8-1"}, {"targets", "target"}}},
           {"csv", "csv", {{"layers", "3-8-2"}, {"targets", "class,target"}, {"criterion", "tukey-biweight"}}},
       }) {
    const TempDir dir;
    write_tables(dir);
    const ProcessResult result = run_train(options_of(dir, c.dataset, c.data, c.changes));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out, StartsWith(c.dataset + ": 200 training and 50 test samples, regression; network "));
    const std::vector<std::string> metrics = lines(dir.read("out/metrics.csv"));
    ASSERT_THAT(metrics, SizeIs(11));
    EXPECT_EQ(metrics[0], "epoch,step,seconds,train_loss,train_rmse,test_loss,test_rmse");
    EXPECT_LT(last_row(dir)[6], c.data == "classes" ? 0.4 : 0.3);  // deviations: 1.3 of the target, 0.5 of the class
  }
}

TEST(TrainToolTables, LearnsClasses) {
  for (const Options& changes :
       {Options{{"dataset", "npy"}}, Options{{"dataset", "csv"}, {"targets", "class"}, {"layers", "4-8-2"}}}) {
    const TempDir dir;
    write_tables(dir);
    const std::string data = changes.at("dataset") == "npy" ? "classes" : "csv";
    const ProcessResult result = run_train(with(options_of(dir, "npy", data, {{"layers", "3-8-2"}}), changes));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(": 200 training and 50 test samples; network "));
    EXPECT_THAT(dir.read("out/metrics.csv"), StartsWith("epoch,step,seconds,train_loss,train_accuracy,test_loss,"));
    EXPECT_GT(last_row(dir)[6], 0.9);
  }
}

TEST(TrainToolTables, MeasuresTheModelItWrites) {
  const TempDir dir;
  write_tables(dir);
  ASSERT_EQ(run_train(options_of(dir, "npy", "numbers", {{"layers", "3-8-1"}})).status, 0);
  Model model = mlp(std::vector{3, 8, 1}, hyperbolic_tangent, squared_error);
  const LoadedModel file = load_model(dir.path() / "out/model.safetensors", model);
  EXPECT_EQ(file.metadata.at("task"), "regression");
  EXPECT_EQ(file.metadata.at("input"), "x = (number - input.mean) / input.scale");
  const float scale = file.targets.scale[0];
  const Part test = part(2, 50);
  const std::vector<real> w1 = model.graph->parameters()[0].to_host();
  const std::vector<real> b1 = model.graph->parameters()[1].to_host();
  const std::vector<real> w2 = model.graph->parameters()[2].to_host();
  const std::vector<real> b2 = model.graph->parameters()[3].to_host();
  double squares = 0;
  for (std::size_t i = 0; i < test.targets.size(); ++i) {
    double output = b2[0];
    for (std::size_t unit = 0; unit < 8; ++unit) {
      double z = b1[unit];
      for (std::size_t j = 0; j < kFeatures; ++j) {
        z += w1[unit + 8 * j] * (test.inputs[kFeatures * i + j] - file.normalization.mean[j]) /
             file.normalization.scale[j];
      }
      output += w2[unit] * std::tanh(z);
    }
    const double prediction = output * double{scale} + double{file.targets.mean[0]};
    squares += (prediction - test.targets[i]) * (prediction - test.targets[i]) / 50;
  }
  EXPECT_NEAR(last_row(dir)[6], std::sqrt(squares), 1e-4 * std::sqrt(squares));
  EXPECT_NEAR(last_row(dir)[5], squares / 2 / (scale * scale), 1e-4 * squares);
}

TEST(TrainToolTables, LearnsToMakeImagesAgain) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  for (const char* criterion : {"sigmoid-cross-entropy", "squared-error"}) {
    const ProcessResult result =
        run_train(with(fashion_mnist_options(dir), {{"task", "autoencoder"},
                                                    {"layers", "36-12-36"},
                                                    {"epochs", "40"},
                                                    {"criterion", criterion},
                                                    {"output", (dir.path() / criterion).string()}}));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(StartsWith("fashion-mnist: 250 training and 50 test samples, autoencoder; network "
                                             "36-12-36, sigmoid, "),
                                  HasSubstr("rmse")));
    const std::vector<double> row = last_row(dir, criterion);
    EXPECT_LT(row[4], 0.25);  // of a grey level in [0, 1]
    EXPECT_LT(row[6], 0.25);
  }
  const LoadedModel file = [&] {
    Model model = mlp(std::vector{36, 12, 36}, sigmoid, sigmoid_cross_entropy);
    return load_model(dir.path() / "sigmoid-cross-entropy/model.safetensors", model);
  }();
  EXPECT_EQ(file.metadata.at("task"), "autoencoder");
  EXPECT_EQ(file.metadata.at("criterion"), "sigmoid-cross-entropy");
  EXPECT_EQ(file.metadata.at("input"), "x = (byte / 255 - input.mean) / input.scale");
}

TEST(TrainToolTables, ResumesBitForBit) {
  struct Case {
    std::string dataset;
    std::string data;
    Options changes;
  };
  for (const Case& c : std::vector<Case>{
           {"npy",
            "numbers",
            {{"layers", "3-8-1"}, {"preset", "paper"}, {"curvature", "fisher-sampled"}, {"alpha", "0.5"}}},
           {"csv", "csv", {{"layers", "4-8-2"}, {"targets", "class"}}},
           {"fashion-mnist",
            "images",
            {{"layers", "36-8-36"}, {"task", "autoencoder"}, {"curvature", "fisher-sampled"}}},
       }) {
    const TempDir dir;
    write_tables(dir);
    write_fashion_mnist(dir, "images");
    const Options options = options_of(dir, c.dataset, c.data, with(c.changes, {{"epochs", "4"}}));
    const std::string out = options.at("output");
    ASSERT_EQ(run_train(with(options, {{"epochs", "2"}})).status, 0);
    const ProcessResult resumed = run_train(with(options, {{"resume", out}}));
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    ASSERT_EQ(run_train(with(options, {{"output", (dir.path() / "whole").string()}})).status, 0);
    EXPECT_EQ(without_seconds(dir.read("out/metrics.csv")), without_seconds(dir.read("whole/metrics.csv")));
    EXPECT_EQ(dir.read("out/model.safetensors"), dir.read("whole/model.safetensors"));
  }
}

TEST(TrainToolTables, EndsAtTheTargetLoss) {
  const TempDir dir;
  write_tables(dir);
  const Options options = options_of(dir, "npy", "numbers", {{"layers", "3-8-1"}});
  ASSERT_EQ(run_train(options).status, 0);
  const std::vector<std::string> all = lines(without_seconds(dir.read("out/metrics.csv")));
  const auto loss = [&](std::size_t epoch) {
    const std::string& row = all[epoch];
    const std::size_t begin = row.find(',', row.find(',') + 1) + 1;
    return row.substr(begin, row.find(',', begin) - begin);
  };
  std::size_t expected = 3;  // and the first epoch as good as this one
  for (std::size_t epoch = 3; epoch >= 1; --epoch) {
    if (std::stod(loss(epoch)) <= std::stod(loss(3))) expected = epoch;
  }
  const Options target = with(options, {{"target-loss", loss(3)}, {"output", (dir.path() / "target").string()}});
  const ProcessResult result = run_train(target);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(fmt::format("\n{} epochs, target loss reached, ", expected)));
  const std::string metrics = without_seconds(dir.read("target/metrics.csv"));
  EXPECT_EQ(lines(metrics), std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(expected) + 1));

  // It has been reached already.
  ASSERT_EQ(run_train(with(target, {{"resume", target.at("output")}})).status, 0);
  EXPECT_EQ(without_seconds(dir.read("target/metrics.csv")), metrics);
  // Out of reach, all epochs are run.
  ASSERT_EQ(run_train(with(target, {{"resume", target.at("output")}, {"target-loss", "0"}})).status, 0);
  EXPECT_EQ(lines(without_seconds(dir.read("target/metrics.csv"))), all);
}

TEST(TrainToolTables, SaysInOneLineWhatDoesNotFit) {
  const TempDir dir;
  write_tables(dir);
  dir.write("wide/train.csv", "a,b\n1,2\n3\n");
  dir.write("wide/test.csv", "a,b\n1,2\n");
  const std::string csv = (dir.path() / "csv/train.csv").string();
  const std::string numbers = (dir.path() / "numbers").string();
  struct Case {
    std::string dataset;
    std::string data;
    Options changes;
    int status;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"npy",
       "numbers",
       {},
       2,
       "--layers: missing, expected sizes from 3 inputs to 1 outputs, the features and targets of " + numbers +
           ", such as 3-512-1"},
      {"npy",
       "numbers",
       {{"layers", "3-2"}},
       2,
       "--layers 3-2: from 3 inputs to 2 outputs, expected 3 and 1, the features and targets of npy"},
      {"npy",
       "classes",
       {{"layers", "3-3"}},
       2,
       "--layers 3-3: from 3 inputs to 3 outputs, expected 3 and 2, the features and classes of npy"},
      {"npy",
       "numbers",
       {{"task", "autoencoder"}, {"layers", "3-1"}},
       2,
       "--layers 3-1: from 3 inputs to 1 outputs, expected 3 and 3, the features (as inputs and outputs) of npy"},
      {"npy",
       "numbers",
       {{"task", "autoencoder"}, {"layers", "3-3"}},
       2,
       "--criterion sigmoid-cross-entropy: sample 0 of npy train (counted from 0) has the target "},
      {"npy",
       "numbers",
       {{"criterion", "cross-entropy"}, {"layers", "3-1"}},
       2,
       "--criterion cross-entropy: is for classes, expected one of squared-error, tukey-biweight, "
       "sigmoid-cross-entropy for regression"},
      {"npy",
       "numbers",
       {{"task", "classification"}, {"layers", "3-2"}},
       1,
       numbers + "/train_targets.npy: row 0: the class is "},
      {"csv", "csv", {{"layers", "4-1"}}, 2, csv + ": no column is named as the target, expected some of a, target, "},
      {"csv", "csv", {{"layers", "4-1"}, {"targets", "Target"}}, 2, csv + ": has no column 'Target' for a target, "},
      {"csv",
       "wide",
       {{"layers", "1-1"}, {"targets", "b"}},
       1,
       (dir.path() / "wide/train.csv").string() + ": line 3: holds 1 values, expected 2, one for each column"},
      {"csv",
       "numbers",
       {{"layers", "1-1"}, {"targets", "b"}},
       1,
       numbers + ": holds no train.csv, expected train.csv and test.csv"},
  };
  for (const Case& c : cases) {
    const ProcessResult result = run_train(options_of(dir, c.dataset, c.data, c.changes));
    EXPECT_EQ(result.status, c.status) << result.err;
    EXPECT_THAT(result.err, AllOf(StartsWith("train: " + c.message), EndsWith("\n")));
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "out/checkpoint.safetensors"));
  }
}

TEST(TrainToolTables, ResumesWithTheSameTaskAndTargetsOnly) {
  const TempDir dir;
  write_tables(dir);
  const Options options = options_of(dir, "csv", "csv", {{"layers", "4-8-1"}, {"targets", "target"}, {"epochs", "1"}});
  ASSERT_EQ(run_train(options).status, 0);
  const Options again = with(options, {{"resume", options.at("output")}, {"epochs", "2"}});
  const ProcessResult other = run_train(with(again, {{"targets", "a"}, {"output", (dir.path() / "other").string()}}));
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--targets a: the run in " + options.at("output") + " has target"));
  const ProcessResult task =
      run_train(with(again, {{"targets", "class"}, {"task", "classification"}, {"layers", "4-8-2"}}));
  EXPECT_EQ(task.status, 2);
  EXPECT_THAT(task.err, HasSubstr(": the run in "));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
