#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"
#include "tools/reproduce/report/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

using Rows = std::vector<MetricsRow>;

/// PCH-1 by two solvers, where EA-CG is ahead in seconds and KFI by epochs, and SGD on the plateau; two runs are no
/// good.
std::string small_report(const TempDir& dir) {
  write_training_experiment(dir, "cifar10-convex", "cross-entropy", 3, {1, 2}, {"sgd", "pch-1+ea-cg", "pch-1+kfi"});
  write_run(dir, "sgd", 1, Rows{{1, 2.31, 0.1}, {2, 2.3, 0.1}, {3, 2.305, 0.11}});
  write_run(dir, "pch-1+ea-cg", 1, Rows{{10, 2.2, 0.2}, {20, 1.9, 0.3}, {30, 1.5, 0.4}});
  write_run(dir, "pch-1+ea-cg", 2, Rows{{12, 2.0, 0.2}, {24, 1.7, 0.36}, {36, 1.3, 0.35}});
  write_run(dir, "pch-1+kfi", 1, Rows{{50, 1.9, 0.2}, {100, 1.6, 0.25}, {150, 1.8, 0.24}});
  write_run(dir, "pch-1+kfi", 2, Rows{{50, 9.9, 0.1}}, "failed", "step 7: <G> is | not positive_definite");
  write_report(dir.path());
  return dir.read("report.md");
}

TEST(TrainingReport, NumbersAreThoseOfTheMetrics) {
  const TempDir dir;
  const auto results = markdown_table(small_report(dir), "## Results by method");
  ASSERT_EQ(results.size(), 4U);
  EXPECT_THAT(results[1],
              ElementsAre("SGD", "1 finished, 1 missing", "3", "1.00", "2.3000", "2.3050", "11.00", "11.00"));
  EXPECT_THAT(results[2], ElementsAre("PCH-1, EA-CG", "2 finished", "3", "11.00 ± 1.41", "1.4000 ± 0.1414",
                                      "1.4000 ± 0.1414", "38.00 ± 2.83", "37.50 ± 3.54"));
  EXPECT_THAT(results[3],
              ElementsAre("PCH-1, KFI", "1 finished, 1 failed", "3", "50.00", "1.6000", "1.8000", "25.00", "24.00"));
}

TEST(TrainingReport, PairsByTheRule) {
  const TempDir dir;
  const auto pairs = markdown_table(small_report(dir), "## Pairs");
  ASSERT_EQ(pairs.size(), 3U);
  // Mean curves: EA-CG 2.1, 1.8, 1.4 at 11, 22, 33 s; KFI 1.9, 1.6, 1.8 at 50, 100, 150 s. Target 1.6.
  EXPECT_THAT(pairs[1], ElementsAre("PCH-1, EA-CG", "PCH-1, KFI", "1.6000", "33.0", "100.0", "0.33", "1st", "3", "2",
                                    "1.50", "2nd", "1st"));
  EXPECT_THAT(pairs[2], ElementsAre("PCH-1, EA-CG", "SGD", "-", "-", "-", "-", "1st", "-", "-", "-", "1st", "1st"));
  EXPECT_THAT(dir.read("report.md"), HasSubstr("- PCH-1, EA-CG and SGD: the second has not left the plateau."));
}

TEST(TrainingReport, VerdictsOnTheClaims) {
  const TempDir dir;
  const auto claims = markdown_table(small_report(dir), "## The claims");
  ASSERT_EQ(claims.size(), 5U);
  EXPECT_EQ(claims[1][2], "held; EA-CG ahead for 1, KFI for 0 of 1");
  EXPECT_EQ(claims[2][2], "held; EA-CG ahead for 0, KFI for 1 of 1");
  EXPECT_EQ(claims[3][2], "held; EA-CG ahead for 1, KFI for 0 of 1");
  EXPECT_EQ(claims[4][2], "held: SGD has not left the plateau, PCH-1 with EA-CG has");
}

TEST(TrainingReport, NamesWhatIsNotFinished) {
  const TempDir dir;
  const std::string markdown = small_report(dir);
  const auto rows = markdown_table(markdown, "## Runs that are not finished");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[1], ElementsAre("SGD", "2", "missing", "0", ""));
  EXPECT_THAT(rows[2], ElementsAre("PCH-1, KFI", "2", "failed", "1", "step 7: \\<G\\> is \\| not positive\\_definite"));
  EXPECT_THAT(markdown, HasSubstr("6 runs of 3 methods: 4 finished, 1 failed, 1 missing."));
  EXPECT_THAT(markdown, HasSubstr("a lossy JPEG re-encoding"));
}

TEST(TrainingReport, NothingYet) {
  const TempDir dir;
  write_training_experiment(dir, "imagenet10-nonconvex", "bounded", 20, {1},
                            {"sgd", "fisher+kfi", "fisher+kfi-rank-one"});
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  EXPECT_THAT(markdown, HasSubstr("3 runs of 3 methods: 3 missing."));
  EXPECT_THAT(markdown, HasSubstr("Gauss-Newton is left out"));
  EXPECT_THAT(dir.read("report.html"), HasSubstr("no data yet"));
  EXPECT_THAT(markdown_table(markdown, "## Stability"),
              Contains(ElementsAre("Fisher, KFI by (13)", "1 missing", "-", "-", "no verdict")));
}

TEST(TrainingReport, StabilityOfEquationThirteen) {
  const TempDir dir;
  write_training_experiment(dir, "imagenet10-convex", "cross-entropy", 3, {1},
                            {"fisher+kfi", "fisher+kfi-rank-one", "pch-1+kfi", "pch-1+kfi-rank-one"});
  write_run(dir, "fisher+kfi", 1, Rows{{1, 2.2, 0.1}, {2, 1.9, 0.1}, {3, 2.0, 0.1}});
  write_run(dir, "fisher+kfi-rank-one", 1, Rows{{1, 2.2, 0.1}, {2, 1.9, 0.1}, {3, 2.4, 0.1}});
  write_run(dir, "pch-1+kfi-rank-one", 1, Rows{{1, 2.2, 0.1}}, "failed", "no");
  write_report(dir.path());
  const auto rows = markdown_table(dir.read("report.md"), "## Stability");
  EXPECT_THAT(rows, Contains(ElementsAre("Fisher, KFI", "1 finished", "0.1000", "3", "stable")));
  EXPECT_THAT(rows,
              Contains(ElementsAre("Fisher, KFI by (13)", "1 finished", "0.5000", "3", "not stable: the loss rose")));
  EXPECT_THAT(rows, Contains(ElementsAre("PCH-1, KFI by (13)", "1 failed", "0.0000", "-", "not stable: failed")));
}

TEST(TrainingReport, TheNonConvexCriterionTrains) {
  const TempDir dir;
  write_training_experiment(dir, "cifar10-nonconvex", "bounded", 2, {1}, {"sgd", "fisher+ea-cg", "pch-1+ea-cg"});
  write_run(dir, "fisher+ea-cg", 1, Rows{{1, 0.6225, 0.1}, {2, 0.5, 0.3}});
  write_run(dir, "pch-1+ea-cg", 1, Rows{{1, 0.6225, 0.1}, {2, 0.61, 0.15}});
  write_report(dir.path());
  const auto claims = markdown_table(dir.read("report.md"), "## The claims");
  EXPECT_EQ(claims.back()[2],
            "held for 1 of 2: Fisher, EA-CG: 0.6225 to 0.5000, 30.00 %; PCH-1, EA-CG: 0.6225 to 0.6100, 15.00 %");
}

TEST(TrainingReport, SettingsAndSearch) {
  const TempDir dir;
  write_realistic_training(dir, "cifar10-convex", "cross-entropy");
  write_report(dir.path());
  const std::string markdown = dir.read("report.md");
  const auto settings = markdown_table(markdown, "## Settings");
  ASSERT_EQ(settings.size(), 10U);
  EXPECT_THAT(settings[0],
              ElementsAre("method", "alpha", "batch-size", "cg-tolerance", "learning-rate", "max-cg", "chosen by"));
  EXPECT_THAT(settings[1], ElementsAre("SGD", "-", "100", "-", "0.1", "-", "search"));
  EXPECT_THAT(settings[2], ElementsAre("Fisher, EA-CG", "0.02", "500", "0.1", "0.1", "50", "search"));
  const auto search = markdown_table(markdown, "## The search");
  ASSERT_EQ(search.size(), 28U);
  EXPECT_THAT(search[1],
              ElementsAre("SGD", "batch-size 100, learning-rate 0.1", "chosen", "4: 2.3000; 12: 1.9000", ""));
  EXPECT_THAT(search[3], ElementsAre("SGD", "batch-size 100, learning-rate 0.1", "failed", "4: not finite",
                                     "step 12: the loss is not finite"));
}

TEST(TrainingReport, BadFilesAreNamed) {
  const TempDir dir;
  small_report(dir);
  const auto write = [&] { write_report(dir.path()); };
  const auto error = [](const std::string& text) {
    return ThrowsMessage<Error>(AllOf(HasSubstr(text), Not(HasSubstr("\n"))));
  };
  dir.write("runs/sgd/seed-1/run.json", R"({"outcome": "lost"})");
  EXPECT_THAT(write, error("runs/sgd/seed-1/run.json: outcome: found 'lost', expected finished"));
  dir.write("runs/sgd/seed-1/metrics.csv", "epoch,loss\n");
  EXPECT_THAT(write, error("runs/sgd/seed-1/metrics.csv: found 'epoch,loss', expected 'epoch,step,"));
  dir.write("runs/sgd/seed-1/metrics.csv", std::string(kMetricsHeader) + "1,2,3,4\n");
  EXPECT_THAT(write, error("runs/sgd/seed-1/metrics.csv, line 2: found 4 fields, expected 7"));
  dir.write("experiment.json", "{\"experiment\": \"cifar\n");
  EXPECT_THAT(write, error("experiment.json: "));
  dir.write("experiment.json", R"({"experiment": "mnist"})");
  EXPECT_THAT(write, error("experiment: found 'mnist', expected"));
  std::filesystem::remove(dir.path() / "experiment.json");
  EXPECT_THAT(write, error("experiment.json: cannot"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
