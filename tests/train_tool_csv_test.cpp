#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/network.h"
#include "tests/support/train_tool.h"

/// tools/train on CSV files as spreadsheets and pandas write them.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

/// Three classes by name, which tell a and b apart. Two rows of each file have a missing value.
void write_flowers(const TempDir& dir) {
  for (const char* part : {"train", "test"}) {
    std::string csv = "a;b;\"kind, of flower\"\n";
    for (int i = 0; i < 60; ++i) {
      const std::string kind = i % 3 == 0 ? "setosa" : i % 3 == 1 ? "\"virginica\"" : "versicolor";
      csv += fmt::format("{};{};{}\n", i % 3 + 0.01 * i, i % 3 == 1 ? 5 : 1, kind);
    }
    dir.write(fmt::format("data/{}.csv", part), csv + "1;NA;setosa\n;;setosa\n");
  }
}

Options flower_options(const TempDir& dir) {
  return {{"dataset", "csv"},
          {"data", (dir.path() / "data").string()},
          {"targets", "\"kind, of flower\""},
          {"separator", "semicolon"},
          {"layers", "2-8-3"},
          {"epochs", "20"},
          {"threads", "1"},
          {"output", (dir.path() / "out").string()}};
}

TEST(TrainToolCsv, LearnsClassesByName) {
  const TempDir dir;
  write_flowers(dir);
  const Options options = with(flower_options(dir), {{"missing", "drop"}});
  const ProcessResult result = run_train(options);
  ASSERT_EQ(result.status, 0) << result.err;
  const std::vector<std::string> printed = lines(result.out);
  EXPECT_EQ(printed[0], "csv train: dropped 2 of 62 rows for missing values");
  EXPECT_EQ(printed[1], "csv test: dropped 2 of 62 rows for missing values");
  EXPECT_THAT(printed[2], StartsWith("csv: 60 training and 60 test samples; network 2-8-3"));
  const Network network = Network::load(dir.path() / "out/model.safetensors");
  EXPECT_THAT(network.output_names(), ElementsAre("setosa", "versicolor", "virginica"));

  // The run goes on without its options, and not with others.
  const ProcessResult resumed = run_train({{"resume", options.at("output")}, {"epochs", "21"}});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  const ProcessResult other = run_train({{"resume", options.at("output")}, {"epochs", "22"}, {"missing", "mean"}});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--missing mean: the run in " + options.at("output") + " has drop"));
}

TEST(TrainToolCsv, SaysInOneLineWhichOptionHelps) {
  const TempDir dir;
  write_flowers(dir);
  const std::string train = "train: " + (dir.path() / "data/train.csv").string();
  const Options options = flower_options(dir);
  dir.write("plain/train.csv", "a;b;kind\n1;2;setosa\n");
  dir.write("plain/test.csv", "a;b;kind\n1;2;setosa\n");
  const auto refuses = [&](const Options& changes, int status, const std::string& message) {
    const ProcessResult result = run_train(with(options, changes));
    EXPECT_EQ(result.status, status);
    EXPECT_EQ(result.err, message + "\n");
  };
  refuses({}, 1,
          train +
              ": line 62, column b: found 'NA', expected a value; --missing drop leaves out rows with missing values, "
              "--missing mean takes means of columns");
  refuses({{"missing", "mean"}, {"label-base", "1"}}, 2,
          "train: --label-base 1: has no effect on " + (dir.path() / "data/train.csv").string() +
              ", with classes that have names");
  const std::string plain = (dir.path() / "plain").string();
  refuses({{"data", plain}, {"targets", "kind"}, {"separator", "comma"}}, 1,
          "train: " + plain +
              "/train.csv: line 1: found one column, 'a;b;kind', expected ',' between columns; --separator semicolon "
              "reads it");
}

TEST(TrainToolCsv, NamesTheClassesThatABaseMoves) {
  const TempDir dir;
  std::string csv = "x,y\n";
  for (int i = 0; i < 40; ++i) csv += fmt::format("{},{}\n", i, i % 2 + 1);
  for (const char* part : {"train", "test"}) dir.write(fmt::format("data/{}.csv", part), csv);
  const Options options{{"dataset", "csv"}, {"data", (dir.path() / "data").string()},
                        {"targets", "y"},   {"layers", "1-4-2"},
                        {"epochs", "1"},    {"output", (dir.path() / "out").string()}};
  const ProcessResult stopped = run_train(options);
  EXPECT_EQ(stopped.status, 1);
  EXPECT_THAT(lines(stopped.err), SizeIs(1));
  EXPECT_THAT(stopped.err,
              HasSubstr("the smallest class is 1, expected 0; --label-base 1 takes it as the first class"));
  const ProcessResult result = run_train(with(options, {{"label-base", "1"}}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(Network::load(dir.path() / "out/model.safetensors").output_names(), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
