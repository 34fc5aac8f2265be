#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "ops/registry.h"
#include "tests/support/run_process.h"
#include "tests/support/train_tool.h"

/// The program tools/check.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

ProcessResult run_check(const Command& arguments) {
  const char* const program = std::getenv("CURVEGRAPH_CHECK");
  if (program == nullptr) throw Error("the environment has no CURVEGRAPH_CHECK, expected the path of tools/check");
  Command command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_process(command);
}

/// The table of a run that passed: its lines end in a verdict, at one width.
void expect_table(const std::vector<std::string>& table, std::size_t rows) {
  ASSERT_THAT(table, SizeIs(rows + 1));
  for (std::size_t i = 1; i < table.size(); ++i) {
    EXPECT_THAT(table[i], EndsWith("  pass"));
    EXPECT_EQ(table[i].size(), table[0].size() + std::string_view("  pass").size()) << table[i];
  }
}

TEST(CheckTool, ChecksEveryOp) {
  const ProcessResult result = run_check({});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_THAT(result.err, IsEmpty());
  std::vector<std::string> printed = lines(result.out);
  ASSERT_THAT(printed, SizeIs(Gt(2)));
  EXPECT_THAT(printed.back(), AllOf(StartsWith("all "), EndsWith(" checks passed")));
  printed.resize(printed.size() - 2);
  std::vector<std::string> expected;
  for (const Op* op : all_ops()) {
    expected.emplace_back(op->name);
    if (op->name == "cross-entropy" || op->name == "bounded") expected.emplace_back(op->name);  // two kinds of targets
  }
  expect_table(printed, expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_THAT(printed[i + 1], StartsWith(expected[i] + " "));
}

TEST(CheckTool, TheSeedDecides) {
  const std::string first = run_check({}).out;
  EXPECT_EQ(run_check({"--seed", "1"}).out, first);
  const ProcessResult other = run_check({"--seed", "2"});
  EXPECT_EQ(other.status, 0) << other.out;
  EXPECT_NE(other.out, first);
}

TEST(CheckTool, ChecksNetworks) {
  struct Case {
    Command arguments;
    std::string title;
    std::size_t rows;
  };
  const std::vector<Case> cases = {
      {{"--layers", "12-9-7-3"}, "network 12-9-7-3, sigmoid, cross-entropy; batch size 8, seed 1", 39},
      {{"--layers", "6-5-4", "--activation", "relu", "--criterion", "bounded", "--batch-size", "20"},
       "network 6-5-4, relu, bounded; batch size 20, seed 1",
       22},
      {{"--layers", "6-8-5-2", "--activation", "gelu", "--criterion", "tukey-biweight", "--batch-size", "1"},
       "network 6-8-5-2, gelu, tukey-biweight; batch size 1, seed 1",
       33},
      {{"--layers", "3-2", "--criterion", "squared-error", "--seed", "7"},
       "network 3-2, sigmoid, squared-error; batch size 8, seed 7",
       13},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.title);
    const ProcessResult result = run_check(one.arguments);
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_THAT(result.err, IsEmpty());
    std::vector<std::string> printed = lines(result.out);
    ASSERT_THAT(printed, SizeIs(Gt(3)));
    EXPECT_EQ(printed.front(), one.title);
    EXPECT_EQ(printed.back(), "all " + std::to_string(one.rows) + " checks passed");
    expect_table({printed.begin() + 1, printed.end() - 2}, one.rows);
  }
}

TEST(CheckTool, RefusesWrongUsageInOneLine) {
  struct Case {
    Command arguments;
    std::vector<std::string> fragments;
  };
  const std::vector<Case> cases = {
      {{"sigmoid"}, {"found 'sigmoid', expected options only", "--help"}},
      {{"--layer", "3-2"}, {"'--layer'", "--help"}},
      {{"--seed", "-1"}, {"--seed: found '-1', expected a whole number"}},
      {{"--activation", "relu"}, {"--activation: has no effect without --layers, expected to be left out"}},
      {{"--criterion", "bounded"}, {"--criterion: has no effect without --layers"}},
      {{"--batch-size", "3"}, {"--batch-size: has no effect without --layers"}},
      {{"--layers", "3"}, {"--layers: ", "'3'", "expected sizes such as"}},
      {{"--layers", "3-2", "--activation", "step"}, {"--activation: ", "'step'", "expected one of identity, sigmoid"}},
      {{"--layers", "3-2", "--criterion", "hinge"}, {"--criterion: ", "'hinge'", "expected one of cross-entropy"}},
      {{"--layers", "3-2", "--batch-size", "0"}, {"--batch-size: found '0', expected a whole number from 1 to 100"}},
      {{"--layers", "3-2", "--batch-size", "101"}, {"--batch-size: found '101', expected a whole number"}},
      {{"--layers", "100-190-5"}, {"--layers: found '100-190-5', expected at most 20000 parameters"}},
      {{"--layers", "imagenet-10"}, {"--layers: found '150528-1024-", "expected at most 20000 parameters"}},
      {{"--layers", "2147483647-2147483647"}, {"expected at most 20000 parameters"}},
      {{"--layers", "3-257-2"}, {"--layers: found '3-257-2', expected at most 256 units in each layer"}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.arguments));
    const ProcessResult result = run_check(one.arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, AllOf(StartsWith("check: "), EndsWith("\n")));
    for (const std::string& fragment : one.fragments) EXPECT_THAT(result.err, HasSubstr(fragment));
  }
}

TEST(CheckTool, HelpNamesEveryOption) {
  const ProcessResult result = run_check({"--help"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, IsEmpty());
  for (const char* option : {"--layers SIZES", "--activation NAME", "--criterion NAME", "--batch-size N", "--seed N",
                             "Exit status: 0 all passed, 1 a check failed, 2 wrong usage"}) {
    EXPECT_THAT(result.out, HasSubstr(option));
  }
  EXPECT_THAT(result.out, Not(HasSubstr("pass\n")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
