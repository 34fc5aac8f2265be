#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/random.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "ops/ops.h"
#include "tests/support/npy.h"
#include "tests/support/train_tool.h"

/// tools/train on targets of any size and offset.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Three inputs x, and two numbers of order one to learn from them.
struct TargetPart {
  std::vector<float> inputs;
  std::vector<double> first;
  std::vector<double> second;
};

TargetPart target_part(std::uint64_t seed, int samples) {
  Random random(seed, Random::Stream::Test);
  TargetPart target_part;
  for (int i = 0; i < samples; ++i) {
    const double a = random.normal();
    const double b = random.normal();
    const double c = random.normal();
    target_part.inputs.insert(target_part.inputs.end(),
                              {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)});
    target_part.first.push_back(std::sin(a) + b * c);
    target_part.second.push_back(a - 0.5 * b);
  }
  return target_part;
}

/// Of 200 training and 50 test samples; the columns of targets are `first` and `second` of those numbers.
void write_data(const TempDir& dir, const std::string& folder, const std::function<double(double)>& first,
                const std::function<double(double)>& second, double input_factor = 1) {
  for (const std::string name : {"train", "test"}) {
    const int samples = name == "train" ? 200 : 50;
    TargetPart made = target_part(name == "train" ? 1 : 2, samples);
    std::vector<float> targets;
    for (std::size_t i = 0; i < made.first.size(); ++i) {
      targets.push_back(static_cast<float>(first(made.first[i])));
      targets.push_back(static_cast<float>(second(made.second[i])));
    }
    for (float& input : made.inputs) input = static_cast<float>(input * input_factor);
    dir.write(folder + "/" + name + "_inputs.npy", npy_floats(fmt::format("({}, 3)", samples), made.inputs));
    dir.write(folder + "/" + name + "_targets.npy", npy_floats(fmt::format("({}, 2)", samples), targets));
  }
}

Options options_of(const TempDir& dir, const std::string& data, const Options& changes = {}) {
  return with({{"dataset", "npy"},
               {"data", (dir.path() / data).string()},
               {"layers", "3-16-2"},
               {"activation", "tanh"},
               {"batch-size", "20"},
               {"epochs", "3"},
               {"threads", "1"},
               {"output", (dir.path() / (data + "-out")).string()}},
              changes);
}

/// The last row of metrics.csv: epoch, step, seconds, train loss and rmse, test loss and rmse.
std::vector<double> last_target_row(const TempDir& dir, const std::string& output) {
  std::vector<double> row;
  const std::string line = lines(dir.read(output + "/metrics.csv")).back();
  for (std::size_t begin = 0; begin <= line.size(); begin = std::min(line.find(',', begin), line.size()) + 1) {
    row.push_back(std::stod(line.substr(begin)));
  }
  return row;
}

std::vector<double> trained(const TempDir& dir, const std::string& data, const Options& changes = {}) {
  const ProcessResult result = run_train(options_of(dir, data, changes));
  EXPECT_EQ(result.status, 0) << result.err;
  return last_target_row(dir, data + "-out");
}

double deviation(const std::vector<double>& values) {
  double mean = 0;
  double square = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) square += (value - mean) * (value - mean) / static_cast<double>(values.size());
  return std::sqrt(square);
}

TEST(TrainToolTargets, LearnsLargeTargetsByDefault) {
  const TempDir dir;
  std::vector<double> all;
  for (const std::string name : {"train", "test"}) {
    Random random(name == "train" ? 1 : 2, Random::Stream::Test);
    std::string csv = "x0,x1,x2,x3,x4,x5,x6,x7,y\n";
    for (int i = 0; i < (name == "train" ? 5000 : 1000); ++i) {
      double x[8];
      for (double& each : x) csv += fmt::format("{},", each = random.normal());
      const double y = 2e5 + 8e4 * (std::sin(x[0]) + x[1] * x[2]);
      csv += fmt::format("{}\n", y);
      if (name == "train") all.push_back(y);
    }
    dir.write("data/" + name + ".csv", csv);
  }
  const ProcessResult result = run_train({{"dataset", "csv"},
                                          {"data", (dir.path() / "data").string()},
                                          {"targets", "y"},
                                          {"layers", "8-64-1"},
                                          {"activation", "relu"},
                                          {"epochs", "2"},
                                          {"threads", "1"},
                                          {"output", (dir.path() / "out").string()}});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(
      result.out,
      HasSubstr(
          "\ntargets standardised (standard): losses are those of standardised targets, rmse is in the targets' own "
          "units\n"));
  const std::vector<double> row = last_target_row(dir, "out");
  EXPECT_LT(row[4], 0.9 * deviation(all));
  EXPECT_LT(row[6], 0.9 * deviation(all));
  EXPECT_LT(row[3], 0.5);  // half a square of standardised targets
}

/// Multiplied by a power of two, targets and with them their means and scales have the same digits.
TEST(TrainToolTargets, HasTheSameRunForTargetsTimesAPowerOfTwo) {
  for (const char* criterion : {"squared-error", "tukey-biweight"}) {
    const TempDir dir;
    write_data(
        dir, "one", [](double y) { return y; }, [](double y) { return 3 * y; });
    const std::vector<double> one = trained(dir, "one", {{"criterion", criterion}});
    for (const int power : {-40, 40}) {
      const std::string data = fmt::format("times{}", power);
      write_data(
          dir, data, [&](double y) { return std::ldexp(y, power); },
          [&](double y) { return std::ldexp(3 * y, power); });
      const std::vector<double> other = trained(dir, data, {{"criterion", criterion}});
      EXPECT_EQ(other[3], one[3]) << criterion;
      EXPECT_EQ(other[5], one[5]) << criterion;
      EXPECT_NEAR(std::ldexp(other[4], -power), one[4], 1e-8 * one[4]) << "printed with nine digits";
    }
  }
}

/// c y + d: another scale and offset for each column. Targets are rounded to 2⁻²⁴ of themselves, and here are at most 8
/// deviations: 5e-7 of what the network sees.
TEST(TrainToolTargets, HasTheSameRunForTargetsOfAnyScaleAndOffset) {
  for (const char* criterion : {"squared-error", "tukey-biweight"}) {
    const TempDir dir;
    write_data(
        dir, "one", [](double y) { return y; }, [](double y) { return y; });
    const std::vector<double> one = trained(dir, "one", {{"criterion", criterion}});
    EXPECT_LT(one[3], 0.8) << "it learns";
    for (const double factor : {1e-12, 3e5, 1e12}) {
      const std::string data = fmt::format("times{}", factor);
      write_data(
          dir, data, [&](double y) { return factor * (y - 3); }, [&](double y) { return 7 * factor * (y + 2); });
      const std::vector<double> other = trained(dir, data, {{"criterion", criterion}});
      EXPECT_NEAR(other[3], one[3], 1e-4 * one[3]) << criterion << ", " << factor;
      EXPECT_NEAR(other[5], one[5], 1e-4 * one[5]) << criterion << ", " << factor;
      EXPECT_GT(other[4], factor * one[4]) << "the error of the second column counts seven times";
      EXPECT_LT(other[4], 7 * factor * one[4]);
    }
  }
}

TEST(TrainToolTargets, PredictsWithWhatTheModelFileSays) {
  const TempDir dir;
  write_data(
      dir, "data", [](double y) { return 1e6 + 1e3 * y; }, [](double y) { return -5e-3 * y; });
  const std::vector<double> row = trained(dir, "data", {{"criterion", "tukey-biweight"}});
  Model model = mlp(std::vector{3, 16, 2}, hyperbolic_tangent, tukey_biweight);
  const LoadedModel file = load_model(dir.path() / "data-out/model.safetensors", model);
  EXPECT_EQ(file.metadata.at("output"), "prediction = output * target.scale + target.mean");
  const auto values = [&](std::size_t p) { return model.graph->parameters()[p].to_host(); };
  const std::vector<std::vector<real>> parameters{values(0), values(1), values(2), values(3)};
  const TargetPart test = target_part(2, 50);
  double squares = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    std::vector<double> outputs(parameters[3].begin(), parameters[3].end());
    for (std::size_t unit = 0; unit < 16; ++unit) {
      double z = parameters[1][unit];
      for (std::size_t j = 0; j < 3; ++j) {
        z += parameters[0][unit + 16 * j] * (test.inputs[3 * i + j] - file.normalization.mean[j]) /
             file.normalization.scale[j];
      }
      for (std::size_t j = 0; j < 2; ++j) outputs[j] += parameters[2][j + 2 * unit] * std::tanh(z);
    }
    const double targets[] = {1e6 + 1e3 * test.first[i], -5e-3 * test.second[i]};
    for (std::size_t j = 0; j < 2; ++j) {
      const double prediction = outputs[j] * double{file.targets.scale[j]} + double{file.targets.mean[j]};
      squares += (prediction - targets[j]) * (prediction - targets[j]) / 100;
    }
  }
  EXPECT_NEAR(row[6], std::sqrt(squares), 1e-3 * row[6]);  // a target of 1e6 is rounded to 0.06
}

TEST(TrainToolTargets, LeavesTargetsAloneWhereAsked) {
  const TempDir dir;
  write_data(
      dir, "data", [](double y) { return 3 + 2 * y; }, [](double y) { return y; });
  const Options none = options_of(dir, "data", {{"normalize-targets", "none"}, {"epochs", "1"}});
  const ProcessResult result = run_train(none);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("standardised")));
  Model model = mlp(std::vector{3, 16, 2}, hyperbolic_tangent, squared_error);
  const LoadedModel file = load_model(dir.path() / "data-out/model.safetensors", model);
  EXPECT_TRUE(file.targets.empty());
  EXPECT_FALSE(file.metadata.contains("output"));
  const std::vector<double> row = last_target_row(dir, "data-out");
  EXPECT_NEAR(row[3], row[4] * row[4], 1e-5 * row[3]);  // Σ r²/2 over two outputs is their mean square
}

TEST(TrainToolTargets, ResumesWithTheSameNormalisationOnly) {
  const TempDir dir;
  write_data(
      dir, "data", [](double y) { return 1e4 * y; }, [](double y) { return y; });
  ASSERT_EQ(run_train(options_of(dir, "data", {{"epochs", "2"}})).status, 0);
  const Options again = options_of(dir, "data", {{"resume", (dir.path() / "data-out").string()}});
  for (const std::string kind : {"robust", "none"}) {
    const ProcessResult other =
        run_train(with(again, {{"normalize-targets", kind}, {"output", (dir.path() / "other").string()}}));
    EXPECT_EQ(other.status, 2);
    EXPECT_THAT(other.err,
                AllOf(HasSubstr("--normalize-targets " + kind + ": the run in "), HasSubstr(" has standard")));
  }
  ASSERT_EQ(run_train(with(again, {{"normalize-targets", "standard"}})).status, 0);
  ASSERT_EQ(run_train(options_of(dir, "data", {{"output", (dir.path() / "whole").string()}})).status, 0);
  EXPECT_EQ(without_seconds(dir.read("data-out/metrics.csv")), without_seconds(dir.read("whole/metrics.csv")));
  EXPECT_EQ(dir.read("data-out/model.safetensors"), dir.read("whole/model.safetensors"));
}

TEST(TrainToolTargets, MakesTablesOfAnySizeAgain) {
  for (const char* criterion : {"squared-error", "tukey-biweight"}) {
    const TempDir dir;
    const auto same = [](double y) { return y; };
    const Options changes{{"task", "autoencoder"}, {"criterion", criterion}, {"layers", "3-8-3"}, {"epochs", "20"}};
    write_data(dir, "large", same, same, 1e6);
    const std::vector<double> large = trained(dir, "large", changes);
    EXPECT_LT(large[4], 0.5e6) << "the deviation of each column is 1e6";
    EXPECT_LT(large[6], 0.5e6);
    Model model = mlp(std::vector{3, 8, 3}, hyperbolic_tangent, squared_error);
    const LoadedModel file = load_model(dir.path() / "large-out/model.safetensors", model);
    EXPECT_EQ(file.targets.mean == file.normalization.mean, criterion == std::string("squared-error"));
    EXPECT_GT(file.targets.scale[2], 0.8e6F);
  }
}

TEST(TrainToolTargets, LeavesTheTargetsOfBytesAlone) {
  const TempDir dir;
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 120; ++i) bytes.push_back(static_cast<std::uint8_t>(7 * i % 250));
  for (const std::string name : {"train", "test"}) {
    dir.write("bytes/" + name + "_inputs.npy", npy_file({.descr = "|u1", .shape = "(40, 3)"}, bytes_of(bytes)));
  }
  const Options options = options_of(
      dir, "bytes", {{"task", "autoencoder"}, {"criterion", "squared-error"}, {"layers", "3-8-3"}, {"epochs", "1"}});
  const ProcessResult refused = run_train(with(options, {{"normalize-targets", "standard"}}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err,
            "train: --normalize-targets standard: the targets are bytes, which are byte/255, expected none\n");
  ASSERT_EQ(run_train(options).status, 0);
  Model model = mlp(std::vector{3, 8, 3}, hyperbolic_tangent, squared_error);
  EXPECT_TRUE(load_model(dir.path() / "bytes-out/model.safetensors", model).targets.empty());
  // What is none either way is no setting.
  const Options again = with(options, {{"resume", options.at("output")}, {"epochs", "2"}});
  EXPECT_EQ(run_train(with(again, {{"normalize-targets", "none"}})).status, 0);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
