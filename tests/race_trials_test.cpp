#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"
#include "tools/reproduce/race/trials.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using report::first_at;
using report::loss_at;
using report::RaceEpoch;
using report::RaceResult;
using report::to_target;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<RaceEpoch> epochs(const std::vector<std::pair<double, double>>& seconds_and_losses) {
  std::vector<RaceEpoch> all;
  for (const auto& [seconds, loss] : seconds_and_losses) {
    all.push_back({.epoch = static_cast<int>(all.size()) + 1, .seconds = seconds, .train_loss = loss});
  }
  return all;
}

TEST(RaceTrials, BeginWithTheKnownPointAndNeverRepeat) {
  for (const Entrant& entrant : contestants()) {
    const std::vector<MethodSettings> plan = plan_trials(entrant, 6);
    if (entrant.id == kDefaultEntrant) {
      EXPECT_TRUE(plan.empty());
      continue;
    }
    ASSERT_EQ(plan.size(), 6U) << entrant.id;
    EXPECT_EQ(plan.front(), entrant.known);
    EXPECT_EQ(std::set<MethodSettings>(plan.begin(), plan.end()).size(), 6U);
    EXPECT_EQ(plan, plan_trials(entrant, 6));
    const std::vector<MethodSettings> grid = grid_points(entrant.grid);
    for (const MethodSettings& point : plan) EXPECT_THAT(grid, testing::Contains(point)) << entrant.id;
    EXPECT_EQ(plan_trials(entrant, 100000).size(), grid.size());
  }
}

TEST(RaceTrials, TheDefaultIsToldNothing) {
  const Entrant& entrant = contestant(kDefaultEntrant);
  EXPECT_TRUE(entrant.options.empty());
  EXPECT_TRUE(entrant.grid.empty());
}

/// Of trials a, b, ... with these records; plateau 2.3, target 0.5, 10 s.
std::vector<RaceTrial> trials_of(const std::map<std::string, RaceRecord>& records) {
  std::vector<MethodSettings> plan;
  for (const auto& [name, record] : records) plan.push_back({{"x", name}});
  return run_trials(plan, {.plateau = 2.3, .best = 0.5}, 10,
                    [&](const MethodSettings& settings) { return records.at(settings.at("x")); });
}

TEST(RaceTrials, WithoutOneAtTheTargetTheLeastLossAtTheEndIsChosen) {
  // At 10 s: 2.0, 1.5 between its epochs, 1.0 but failed, not a number, none.
  const auto trials = trials_of({
      {"a", {.metrics = {.epochs = epochs({{5, 2.2}, {10, 2.0}, {15, 0.1}})}}},
      {"b", {.metrics = {.epochs = epochs({{8, 1.6}, {12, 1.4}})}}},
      {"c", {.outcome = RunRecord::Outcome::Failed, .metrics = {.epochs = epochs({{9, 0.1}, {11, 0.1}})}}},
      {"d", {.metrics = {.epochs = epochs({{8, INFINITY}, {12, INFINITY}})}}},
      {"e", {}},
  });
  EXPECT_EQ(trials[0].settings.at("x"), "b");
  EXPECT_DOUBLE_EQ(trials[0].loss, 1.5);
  EXPECT_FALSE(trials[0].to_target);
  EXPECT_EQ(trials[1].settings.at("x"), "a");
  EXPECT_DOUBLE_EQ(trials[1].loss, 2.0);
  for (const std::size_t last : {2U, 3U, 4U}) EXPECT_TRUE(std::isinf(trials[last].loss));
  EXPECT_EQ(trials[2].settings.at("x"), "c");
}

TEST(RaceTrials, TheFirstAtTheTargetIsChosen) {
  const auto trials = trials_of({
      {"a", {.metrics = {.epochs = epochs({{4, 0.6}, {8, 0.1}})}}},
      {"b", {.metrics = {.epochs = epochs({{6, 0.5}})}}},
      {"c", {.metrics = {.epochs = epochs({{5, 0.6}, {10, 0.6}})}}},
      {"d", {.metrics = {.epochs = epochs({{5, 0.6}, {12, 0.1}})}}},  // too late, but lower by then
  });
  EXPECT_EQ(trials[0].settings.at("x"), "b");
  EXPECT_EQ(trials[0].to_target, 6);
  EXPECT_EQ(trials[1].settings.at("x"), "a");
  EXPECT_EQ(trials[2].settings.at("x"), "d");
  EXPECT_FALSE(trials[2].to_target);
}

TEST(RaceRuns, LossBetweenEpochs) {
  const auto all = epochs({{4, 2.0}, {8, 1.0}});
  EXPECT_DOUBLE_EQ(loss_at(all, 3.0, 2), 2.5);
  EXPECT_DOUBLE_EQ(loss_at(all, 3.0, 4), 2.0);
  EXPECT_DOUBLE_EQ(loss_at(all, 3.0, 6), 1.5);
  EXPECT_DOUBLE_EQ(loss_at(all, 3.0, 100), 1.0);
  EXPECT_TRUE(std::isinf(loss_at({}, 3.0, 1)));
}

TEST(RaceRuns, ATargetCountsWithinTheLimitOnly) {
  const auto all = epochs({{4, 2.0}, {8, 1.0}, {12, 1.5}, {16, 0.5}});
  EXPECT_EQ(first_at(all, 1.5, 100)->epoch, 2);
  EXPECT_EQ(first_at(all, 1.0, 8)->epoch, 2);
  EXPECT_FALSE(first_at(all, 1.0, 7.9));
  EXPECT_FALSE(first_at(all, 0.4, 100));
}

TEST(RaceRuns, MediansOverSeeds) {
  const std::vector<RaceResult> runs{{.metrics = {.epochs = epochs({{4, 1.0}})}},
                                     {.metrics = {.epochs = epochs({{3, 2.0}, {6, 1.0}})}},
                                     {.metrics = {.epochs = epochs({{3, 2.0}, {9, 1.8}})}}};
  const auto all = to_target(runs, 2.0, 100);
  EXPECT_EQ(all.reached, 3);
  EXPECT_EQ(all.seconds, 3);
  EXPECT_EQ(all.epochs, 1);
  EXPECT_EQ(all.slowest, 4);
  const auto most = to_target(runs, 1.0, 100);
  EXPECT_EQ(most.reached, 2);
  EXPECT_EQ(most.seconds, 6);  // 4, 6, never
  EXPECT_EQ(most.fastest, 4);
  EXPECT_FALSE(most.slowest);
  const auto few = to_target(runs, 1.0, 5);
  EXPECT_EQ(few.reached, 1);
  EXPECT_FALSE(few.seconds);
  EXPECT_EQ(few.fastest, 4);
  const auto none = to_target(std::span(runs).first(2), 0.1, 100);
  EXPECT_FALSE(none.fastest);
  EXPECT_EQ(to_target(std::span(runs).first(2), 1.0, 100).seconds, 5);  // of an even number, the middle
}

TEST(RaceRuns, MetricsOfBothKinds) {
  const TempDir dir;
  const std::string rows = "1,50,1.5,2.25,0.1,2.5,0.2\n2,100,3,1.25,0.3,1.5,0.4\n";
  for (const std::string measure : {"accuracy", "rmse"}) {
    const auto path = dir.write(
        "metrics.csv", "epoch,step,seconds,train_loss,train_" + measure + ",test_loss,test_" + measure + "\n" + rows);
    const report::RaceMetrics metrics = report::read_race_metrics(path);
    EXPECT_EQ(metrics.measure, measure);
    ASSERT_EQ(metrics.epochs.size(), 2U);
    EXPECT_EQ(metrics.epochs[1].step, 100);
    EXPECT_EQ(metrics.epochs[1].train_loss, 1.25);
    EXPECT_EQ(metrics.epochs[1].test_measure, 0.4);
  }
  const auto other = dir.write("metrics.csv", "epoch,loss\n");
  EXPECT_THAT([&] { report::read_race_metrics(other); },
              ThrowsMessage<Error>(HasSubstr("metrics.csv: found 'epoch,loss', expected 'epoch,step,seconds")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
