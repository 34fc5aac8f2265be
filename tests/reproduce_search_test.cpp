#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tools/reproduce/method.h"
#include "tools/reproduce/search.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<MethodSettings> numbered(int count) {
  std::vector<MethodSettings> points;
  for (int i = 0; i < count; ++i) points.push_back({{"x", std::to_string(i)}});
  return points;
}

TEST(ReproduceMethod, GridsAreThePapers) {
  const Method ea_cg{"pch-1", "ea-cg"};
  const Method kfi{"fisher", "kfi"};
  EXPECT_THAT(grid_points(paper_grid(ea_cg, 50000)), SizeIs(3 * 3 * 4 * 4 * 4));
  EXPECT_THAT(grid_points(paper_grid(kfi, 50000)), SizeIs(3 * 3 * 4));
  EXPECT_THAT(grid_points(paper_grid({}, 50000)), SizeIs(3 * 3));
  // 9,469 samples are 9 batches of 1000.
  EXPECT_THAT(grid_points(paper_grid({}, 9469)), SizeIs(3 * 2));
  EXPECT_THAT(grid_points(paper_grid({}, 70)),
              ElementsAre(MethodSettings{{"batch-size", "7"}, {"learning-rate", "0.05"}},
                          MethodSettings{{"batch-size", "7"}, {"learning-rate", "0.1"}},
                          MethodSettings{{"batch-size", "7"}, {"learning-rate", "0.2"}}));
}

TEST(ReproduceMethod, PointsOfAGridAreItsCombinationsEachOnce) {
  const auto points = grid_points(paper_grid({"pch-1", "ea-cg"}, 50000));
  EXPECT_THAT(std::set(points.begin(), points.end()), SizeIs(points.size()));
  for (const MethodSettings& point : points) EXPECT_THAT(point, SizeIs(5));
}

TEST(ReproduceMethod, DefaultsAreOnTheGrid) {
  for (const Method& method : {Method{}, Method{"pch-1", "ea-cg"}, Method{"fisher", "kfi"}}) {
    for (const int samples : {50000, 9469, 80}) {
      EXPECT_THAT(grid_points(paper_grid(method, samples)), testing::Contains(default_settings(method, samples)))
          << method.id() << samples;
    }
  }
}

/// What tools/train does by default is another method.
TEST(ReproduceMethod, OptionsAreOfThePapersPreset) {
  EXPECT_EQ(method_options({"pch-1", "ea-cg"}),
            (MethodSettings{{"preset", "paper"}, {"curvature", "pch-1"}, {"solver", "ea-cg"}}));
  EXPECT_EQ(method_options({}), (MethodSettings{{"optimizer", "sgd"}, {"momentum", "0.9"}}));
}

TEST(ReproduceSearch, RungsHaveThirds) {
  const SearchPlan nine = plan_search(numbered(100), {{"x", "5"}}, 9, 40);
  ASSERT_THAT(nine.rungs, SizeIs(2));
  EXPECT_EQ(nine.rungs[0].trials, 9);
  EXPECT_EQ(nine.rungs[0].epochs, 5);  // 40, 14, 5
  EXPECT_EQ(nine.rungs[1].trials, 3);
  EXPECT_EQ(nine.rungs[1].epochs, 14);
  EXPECT_EQ(nine.runs(), 12);
  EXPECT_EQ(nine.epochs(), 9 * 5 + 3 * (14 - 5));

  const SearchPlan four = plan_search(numbered(100), {{"x", "5"}}, 4, 9);
  ASSERT_THAT(four.rungs, SizeIs(2));
  EXPECT_EQ(four.rungs[1].trials, 2);
}

TEST(ReproduceSearch, TrialsAreTheKnownOneAndPointsOfTheGridEachOnce) {
  const auto grid = numbered(100);
  const SearchPlan plan = plan_search(grid, grid[5], 9, 40);
  EXPECT_EQ(plan.trials.front(), grid[5]);
  EXPECT_THAT(std::set(plan.trials.begin(), plan.trials.end()), SizeIs(9));
  EXPECT_EQ(plan_search(grid, grid[5], 9, 40).trials, plan.trials);
  EXPECT_THAT(plan_search(grid, grid[5], 1000, 40).trials, SizeIs(100));
  EXPECT_EQ(plan_full_search(grid, 40).trials, grid);
}

/// A trial whose loss after every epoch is what `curve` says of its number.
RunTrial simulated(std::map<std::string, int>& epochs_run, double (*curve)(int trial, int epoch)) {
  return [&epochs_run, curve](const MethodSettings& settings, int epochs) {
    const std::string& name = settings.at("x");
    int& run = epochs_run[name];
    run = std::max(run, epochs);
    RunRecord record;
    for (int epoch = 1; epoch <= run; ++epoch) {
      const double loss = curve(std::stoi(name), epoch);
      if (!std::isfinite(loss)) {
        record.outcome = RunRecord::Outcome::Failed;
        record.message = "the loss is nan";
        break;
      }
      record.train_losses.push_back(loss);
    }
    return record;
  };
}

TEST(ReproduceSearch, GoesOnWithTheBestThirdOnly) {
  const auto grid = numbered(9);
  // In the first rung the higher numbers are ahead; in the second, of 6, 7 and 8, the 6.
  const auto curve = [](int trial, int epoch) { return epoch <= 3 ? 9.0 - trial : 1.0 + trial; };
  std::map<std::string, int> epochs_run;
  const SearchPlan plan = plan_search(grid, grid[0], 9, 27);
  const std::vector<Trial> trials = search(plan, simulated(epochs_run, curve));
  EXPECT_EQ(trials.front().settings, grid[6]);
  EXPECT_THAT(trials.front().losses, ElementsAre(3.0, 7.0));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(epochs_run[std::to_string(i)], i >= 6 ? 9 : 3) << i;

  // Again, with all epochs there: what decides a rung is the loss at its end, not the last.
  EXPECT_EQ(search(plan, simulated(epochs_run, curve)).front().settings, grid[6]);
}

TEST(ReproduceSearch, FailuresComeLast) {
  const auto grid = numbered(4);
  const auto curve = [](int trial, int) { return trial < 3 ? std::numeric_limits<double>::quiet_NaN() : 5.0; };
  std::map<std::string, int> epochs_run;
  const std::vector<Trial> trials = search(plan_search(grid, grid[0], 4, 9), simulated(epochs_run, curve));
  EXPECT_EQ(trials.front().settings, grid[3]);
}

TEST(ReproduceSearch, SaysWhenNothingTrains) {
  const auto grid = numbered(4);
  const auto curve = [](int, int) { return std::numeric_limits<double>::quiet_NaN(); };
  std::map<std::string, int> epochs_run;
  try {
    search(plan_search(grid, grid[0], 4, 9), simulated(epochs_run, curve));
    FAIL() << "expected a NumericalError";
  } catch (const NumericalError& error) {
    EXPECT_THAT(error.what(), HasSubstr("of 4 settings none is left that trains"));
    EXPECT_THAT(error.what(), HasSubstr("the loss is nan"));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
