#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "tests/support/experiment_folders.h"
#include "tools/reproduce/report/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

struct Row {
  double seconds;
  double train_loss;
};

void write_race_run(const TempDir& dir, const std::string& entrant, int seed, const json& settings,
                    const std::vector<Row>& rows, const std::string& outcome = "finished",
                    const std::string& message = "") {
  const std::string folder = fmt::format("runs/cifar-10/{}/seed-{}/", entrant, seed);
  std::string metrics(kMetricsHeader);
  int epoch = 0;
  for (const Row& row : rows) {
    ++epoch;
    metrics += fmt::format("{},{},{},{},0.5,1.5,0.{}\n", epoch, 100 * epoch, row.seconds, row.train_loss, seed);
  }
  if (!rows.empty()) dir.write(folder + "metrics.csv", metrics);
  const json run{{"outcome", outcome}, {"message", message},          {"limit", 100},
                 {"wall_seconds", 10}, {"command", "train --seed 1"}, {"settings", settings}};
  dir.write(folder + "run.json", run.dump());
}

/// Plateau 2.3, target 1.3, 80 % of the way at 1.5; the default, two rivals, and one that is missing.
void write_race(const TempDir& dir) {
  const json machine{{"processor", "AMD EPYC"}, {"threads", 2}, {"blas", "OpenBLAS 0.3.21, Cooperlake kernels"}};
  dir.write("experiment.json", json{{"experiment", "race"},
                                    {"commands", {"reproduce race --output results"}},
                                    {"date", "2026-11-26"},
                                    {"machine", machine}}
                                   .dump());
  const auto entrant = [](const char* id, const char* title) { return json{{"id", id}, {"title", title}}; };
  const json section{{"tasks", {"cifar-10"}},
                     {"seeds", {1, 2, 3}},
                     {"entrants",
                      {entrant("default", "second order, default"), entrant("sgd", "SGD"), entrant("adam", "Adam"),
                       entrant("torch-adam", "PyTorch Adam")}}};
  const json task{{"id", "cifar-10"},
                  {"title", "CIFAR-10, cross-entropy"},
                  {"data", "CIFAR-10: 50000 training and 10000 test samples"},
                  {"options", {{"layers", "3072-10"}}}};
  dir.write("race.json", json{{"limit", 100},
                              {"trials", 8},
                              {"trial_seconds", 30},
                              {"tasks", {task}},
                              {"sections", {{"race", section}}},
                              {"left_out", {{"torch-k-fac", "packages missing: asdfghjkl"}}},
                              {"peers", {{"torch", "2.15.0"}}}}
                             .dump());
  dir.write(
      "targets.json",
      json{{"cifar-10",
            {{"plateau", 2.3}, {"target", 1.3}, {"eighty_percent", 1.5}, {"epochs", 30}, {"learning_rate", "0.001"}}}}
          .dump());
  write_race_run(dir, "default", 1, json::object(), {{4, 1.5}, {8, 1.3}});
  write_race_run(dir, "default", 2, json::object(), {{5, 1.6}, {10, 1.4}, {15, 1.2}});
  write_race_run(dir, "default", 3, json::object(), {{5, 1.45}, {10, 1.25}});
  const json sgd{{"optimizer", "sgd"}, {"learning-rate", "0.1"}};
  write_race_run(dir, "sgd", 1, sgd, {{50, 2.3}, {101, 2.3}}, "out-of-time");
  write_race_run(dir, "sgd", 2, sgd, {{50, 1.5}, {101, 1.2}}, "out-of-time");
  write_race_run(dir, "sgd", 3, sgd, {}, "failed", "step 3: the loss is nan");
  const json adam{{"optimizer", "adam"}, {"learning-rate", "0.003"}};
  for (const int seed : {1, 2, 3}) {
    const double speed = 1 + 0.1 * seed;
    write_race_run(dir, "adam", seed, adam, {{10 * speed, 1.49}, {20 * speed, 1.31}, {30 * speed, 1.29}});
  }
}

std::string report_of(const TempDir& dir) {
  write_report(dir.path());
  return dir.read("report.md");
}

TEST(RaceReport, MediansRangesAndRatios) {
  const TempDir dir;
  write_race(dir);
  const auto table = markdown_table(report_of(dir), "## CIFAR-10");
  ASSERT_EQ(table.size(), 5U);
  EXPECT_THAT(table[1], ElementsAre("second order, default", "untouched", "5.00", "4.00 to 10.0", "1", "0.42", "10.0",
                                    "8.00 to 15.0", "2", "0.28", "3, 3 of 3", "0.2000"));
  // At 101 s it is too late, and a median of three of which one gets there is none.
  EXPECT_THAT(table[2], ElementsAre("SGD", "learning-rate 0.1", "-", "50.0 to -", "-", "-", "-", "-", "-", "-",
                                    "1, 0 of 3", "0.1500"));
  EXPECT_THAT(table[3], ElementsAre("Adam", "learning-rate 0.003", "12.0", "11.0 to 13.0", "1", "1.00", "36.0",
                                    "33.0 to 39.0", "3", "1.00", "3, 3 of 3", "0.2000"));
  EXPECT_THAT(table[4],
              ElementsAre("PyTorch Adam", "untouched", "-", "-", "-", "-", "-", "-", "-", "-", "0, 0 of 3", "-"));
}

TEST(RaceReport, SaysWhatItIsOf) {
  const TempDir dir;
  write_race(dir);
  const std::string markdown = report_of(dir);
  for (const char* text :
       {"Plateau 2.3, 80 % of the way 1.5, target 1.3 (Adam, 30 epochs, learning rate 0.001)", "8 trials of 30 s",
        "after 100 s", "`torch-k-fac`: packages missing: asdfghjkl", "| torch | 2.15.0 |", "Cooperlake kernels",
        "L₀ - 0.8 (L₀ - L\\*)", "`train --seed 1`", "50000 training and 10000 test samples"}) {
    EXPECT_THAT(markdown, HasSubstr(text));
  }
  const auto rows = markdown_table(markdown, "## Runs that did not reach their target");
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_THAT(rows[1], ElementsAre("cifar-10", "SGD", "1", "out-of-time", "2", "101.0", "2.3", ""));
  EXPECT_THAT(rows[3], ElementsAre("cifar-10", "SGD", "3", "failed", "0", "-", "-", "step 3: the loss is nan"));
  EXPECT_THAT(rows[4], ElementsAre("cifar-10", "PyTorch Adam", "1", "missing", "0", "-", "-", ""));
  const std::string svg = dir.read("figures/race-cifar-10-seconds.svg");
  for (const char* title : {"second order, default", "SGD", "Adam", "80 % of the way", "target"}) {
    EXPECT_THAT(svg, HasSubstr(fmt::format(">{}<", title)));
  }
  EXPECT_THAT(svg, Not(HasSubstr(">PyTorch Adam<")));  // nothing to show
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "figures/race-cifar-10-epochs.svg"));
}

TEST(RaceReport, NothingYet) {
  const TempDir dir;
  write_race(dir);
  std::filesystem::remove_all(dir.path() / "runs");
  std::filesystem::remove(dir.path() / "targets.json");
  const auto table = markdown_table(report_of(dir), "## CIFAR-10");
  EXPECT_EQ(table[1][10], "0, 0 of 3");
  EXPECT_THAT(dir.read("report.html"), HasSubstr("no data yet"));
}

TEST(RaceReport, BadFilesAreNamed) {
  const TempDir dir;
  write_race(dir);
  const auto write = [&] { write_report(dir.path()); };
  const auto error = [](const std::string& text) {
    return ThrowsMessage<Error>(AllOf(HasSubstr(text), Not(HasSubstr("\n"))));
  };
  dir.write("runs/cifar-10/sgd/seed-1/run.json", R"({"outcome": "lost"})");
  EXPECT_THAT(write, error("runs/cifar-10/sgd/seed-1/run.json: outcome: found 'lost', expected finished"));
  dir.write("runs/cifar-10/sgd/seed-1/run.json", "{");
  EXPECT_THAT(write, error("runs/cifar-10/sgd/seed-1/run.json: "));
  dir.write("race.json", "{}");
  EXPECT_THAT(write, error("race.json: "));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
