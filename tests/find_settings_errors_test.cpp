#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(FindSettingsErrors, RefusesOptionsInOneLine) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  dir.write("searched/trials.csv", "mine");
  const std::string searched = (dir.path() / "searched").string();
  constexpr const char* minutes = ", expected a number of minutes above 0 and at most 1e5";
  struct Case {
    Options changes;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{{"find-settings", "0"}}, std::string("--find-settings: found '0'") + minutes},
      {{{"find-settings", "-1"}}, std::string("--find-settings: found '-1'") + minutes},
      {{{"find-settings", "soon"}}, std::string("--find-settings: found 'soon'") + minutes},
      {{{"find-settings", "nan"}}, std::string("--find-settings: found 'nan'") + minutes},
      {{{"resume", searched}}, "--resume: has no effect with --find-settings, expected to be left out"},
      {{{"output", searched}}, "--output " + searched + ": already holds a search (trials.csv), expected a new folder"},
      {{{"optimizer", "sgd"}, {"learning-rate", "0.1"}},
       "--find-settings: --learning-rate, --batch-size are given, expected at least one of them to be left out"},
      {{{"batch-size", "251"}}, "--batch-size 251: more than the 250 samples of fashion-mnist train"},
      {{{"layers", "35-8-10"}}, "--layers 35-8-10: from 35 inputs to 10 outputs, expected 36 and 10"},
  };
  const auto before = files_below(dir.path());
  for (const Case& one : cases) {
    const ProcessResult result =
        run_train(with(with(fashion_mnist_options(dir), {{"find-settings", "1"}}), one.changes));
    EXPECT_EQ(result.status, 2) << one.message;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
    EXPECT_THAT(result.err, AllOf(StartsWith("train: "), HasSubstr(one.message), EndsWith("\n")));
    EXPECT_TRUE(files_below(dir.path()) == before) << "files have changed";
  }
}

TEST(FindSettingsErrors, LeavesOutWhatFailsAndSaysWhy) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  const Options diverging = with(fashion_mnist_options(dir), {{"optimizer", "sgd"},
                                                              {"criterion", "squared-error"},
                                                              {"activation", "identity"},
                                                              {"normalize", "none"},
                                                              {"momentum", "0"},
                                                              {"find-settings", "0.02"}});
  const ProcessResult some = run_train(diverging);
  ASSERT_EQ(some.status, 0) << some.err;
  const std::vector<std::string> trials = lines(dir.read("out/trials.txt"));
  ASSERT_THAT(trials, SizeIs(6));
  EXPECT_THAT(trials[1], testing::Not(HasSubstr("inf")));
  EXPECT_THAT(trials[5], AllOf(HasSubstr(" inf "), HasSubstr("the loss is ")));
}

TEST(FindSettingsErrors, EndsWhereNothingTrains) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  // The true blocks are indefinite, and so little damping does not mend them.
  const ProcessResult result = run_train(with(fashion_mnist_options(dir), {{"preset", "paper"},
                                                                           {"curvature", "exact"},
                                                                           {"solver", "ea-direct"},
                                                                           {"alpha", "1e-6"},
                                                                           {"find-settings", "0.02"}}));
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(lines(result.err), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err,
              AllOf(StartsWith("train: none of the 5 settings trains; the first one failed: epoch 1, step 1: layer "),
                    HasSubstr("not positive definite")));
  const auto files = files_below(dir.path() / "out");
  EXPECT_TRUE(files.contains("trials.csv"));
  EXPECT_FALSE(files.contains("settings.cfg"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
