#include <charconv>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/npy.h"
#include "tests/support/train_tool.h"

/// tools/train in double, and --optimizer levenberg-marquardt.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// y = e^x in double: 100 points to train, 37 to test.
Options exponential(const TempDir& dir, const Options& changes) {
  for (const auto& [part, samples] : {std::pair{"train", 100}, {"test", 37}}) {
    std::vector<double> x;
    std::vector<double> y;
    for (int i = 0; i < samples; ++i) {
      x.push_back(-1 + 2.0 * i / (samples - 1));
      y.push_back(std::exp(x.back()));
    }
    const auto write = [&](const std::string& name, const std::string& shape, const std::vector<double>& values) {
      dir.write(fmt::format("data/{}_{}.npy", part, name),
                npy_file({.descr = "<f8", .shape = shape}, bytes_of(values)));
    };
    write("inputs", fmt::format("({}, 1)", samples), x);
    write("targets", fmt::format("({},)", samples), y);
  }
  return with({{"dataset", "npy"},
               {"data", (dir.path() / "data").string()},
               {"layers", "1-10-1"},
               {"activation", "tanh"},
               {"optimizer", "levenberg-marquardt"},
               {"epochs", "100"},
               {"threads", "1"},
               {"output", (dir.path() / "out").string()}},
              changes);
}

/// A column of metrics.csv.
std::vector<double> column(const TempDir& dir, std::size_t index) {
  std::vector<double> values;
  const std::vector<std::string> rows = lines(dir.read("out/metrics.csv"));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::size_t begin = 0;
    for (std::size_t comma = 0; comma < index; ++comma) begin = rows[i].find(',', begin) + 1;
    double& value = values.emplace_back();
    std::from_chars(rows[i].data() + begin, rows[i].data() + rows[i].size(), value);
  }
  return values;
}

constexpr std::size_t kTrainLoss = 3;
constexpr std::size_t kTestRmse = 6;

TEST(TrainToolPrecision, FitsToManyDigitsAndWritesThem) {
  const TempDir dir;
  const ProcessResult result = run_train(exponential(dir, {}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("batch size 100, seed 1, 1 threads, in double\n"),
                                HasSubstr("a system of 31 equations, the parameters; ")));
  const std::vector<double> losses = column(dir, kTrainLoss);
  ASSERT_EQ(losses.size(), 100);
  EXPECT_LT(losses.back(), 1e-13);
  EXPECT_LT(column(dir, kTestRmse).back(), 1e-6);
  for (std::size_t i = 1; i < losses.size(); ++i) EXPECT_LE(losses[i], losses[i - 1]) << i;
  // Rows of the table: 1, 2, ..., 9, 10, 20, ..., 100.
  EXPECT_THAT(result.out, AllOf(HasSubstr("\n    9/100"), HasSubstr("\n   20/100"), HasSubstr("\n  100/100"),
                                Not(HasSubstr("\n   11/100"))));
  for (const auto& [name, tensor] : read_safetensors(dir.path() / "out/model.safetensors").tensors) {
    EXPECT_EQ(tensor.dtype, DType::F64) << name;
  }
}

TEST(TrainToolPrecision, SaysWhyItEnds) {
  const TempDir dir;
  const ProcessResult result = run_train(exponential(dir, {{"decrease-tolerance", "0.9"}, {"epochs", "1000"}}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("\n10 steps have lowered the loss by "),
                                HasSubstr(" of it, at most 9e-01 (decrease tolerance)\n")));
  EXPECT_LT(column(dir, kTrainLoss).size(), 1000);
}

TEST(TrainToolPrecision, ResumesBitForBit) {
  const TempDir dir;
  const auto out = [&](const char* name) { return (dir.path() / name).string(); };
  ASSERT_EQ(run_train(exponential(dir, {{"epochs", "30"}, {"output", out("whole")}})).status, 0);
  ASSERT_EQ(run_train(exponential(dir, {{"epochs", "11"}, {"output", out("part")}})).status, 0);
  const ProcessResult rest =
      run_train(exponential(dir, {{"epochs", "30"}, {"output", out("part")}, {"resume", out("part")}}));
  ASSERT_EQ(rest.status, 0) << rest.err;
  EXPECT_EQ(dir.read("part/model.safetensors"), dir.read("whole/model.safetensors"));
  EXPECT_EQ(without_seconds(dir.read("part/metrics.csv")), without_seconds(dir.read("whole/metrics.csv")));
}

TEST(TrainToolPrecision, AnyOptimizerRunsInEitherPrecision) {
  for (const char* optimizer : {"second-order", "sgd", "adam", "levenberg-marquardt"}) {
    for (const char* precision : {"float", "double"}) {
      SCOPED_TRACE(fmt::format("{}, {}", optimizer, precision));
      const TempDir dir;
      const ProcessResult result =
          run_train(exponential(dir, {{"optimizer", optimizer}, {"precision", precision}, {"epochs", "5"}}));
      ASSERT_EQ(result.status, 0) << result.err;
      const std::vector<double> losses = column(dir, kTrainLoss);
      EXPECT_LT(losses.back(), losses.front());
      const DType expected = std::string(precision) == "double" ? DType::F64 : DType::F32;
      EXPECT_EQ(read_safetensors(dir.path() / "out/model.safetensors").at("layers.0.weight").dtype, expected);
    }
  }
}

TEST(TrainToolPrecision, TakesBatchesAndWeightDecay) {
  const TempDir dir;
  const ProcessResult result = run_train(
      exponential(dir, {{"batch-size", "25"}, {"weight-decay", "1e-6"}, {"epochs", "30"}, {"validation", "0.2"}}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("weight decay 1e-06"), HasSubstr("batch size 25")));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "out/best.safetensors"));
  EXPECT_LT(column(dir, kTrainLoss).back(), 1e-3);
}

TEST(TrainToolPrecision, RefusesWhatHasNoEffect) {
  struct Case {
    Options changes;
    std::string message;
  };
  for (const Case& c : std::vector<Case>{
           {{{"learning-rate", "0.1"}}, "--learning-rate: has no effect with --optimizer levenberg-marquardt"},
           {{{"warm-up", "3"}}, "--warm-up: has no effect with --optimizer levenberg-marquardt"},
           {{{"find-settings", "1"}}, "--find-settings: has no effect with --optimizer levenberg-marquardt"},
           {{{"rho", "0.1"}}, "--rho: has no effect with --optimizer levenberg-marquardt"},
           {{{"optimizer", "sgd"}, {"step-tolerance", "0.1"}}, "--step-tolerance: has no effect with --optimizer sgd"},
           {{{"precision", "half"}}, "--precision: found 'half', expected float or double"}}) {
    const TempDir dir;
    const ProcessResult result = run_train(exponential(dir, c.changes));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr(c.message));
  }
}

TEST(TrainToolPrecision, RefusesANetworkThatIsTooLargeWithItsNumbers) {
  const TempDir dir;
  const ProcessResult result = run_train(exponential(dir, {{"layers", "1-200-200-1"}, {"epochs", "1"}}));
  EXPECT_EQ(result.status, 0) << result.err;  // of 100 samples
  std::vector<double> many(20'001, 0.5);
  many[7] = 1;
  dir.write("data/train_inputs.npy", npy_file({.descr = "<f8", .shape = "(20001, 1)"}, bytes_of(many)));
  dir.write("data/train_targets.npy", npy_file({.descr = "<f8", .shape = "(20001,)"}, bytes_of(many)));
  Options large = exponential(TempDir(), {{"layers", "1-200-200-1"}});
  large["data"] = (dir.path() / "data").string();
  large["output"] = (dir.path() / "large").string();
  const ProcessResult refused = run_train(large);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("20001 samples × outputs and 40801 parameters, expected at most 20000"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
