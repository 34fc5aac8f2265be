#include "tools/train/halving.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::Lt;
using testing::ThrowsMessage;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Trials whose losses are made up, by a clock that only they turn on.
struct Search {
  std::map<int, double> losses = {};  ///< by number of the trial; those that are not there are their numbers
  double overhead = 0;                ///< of every trial and rung
  double time = 100;
  std::vector<Rung> rungs = {};
  std::map<int, std::vector<int>> runs = {};  ///< by rung, the trials in their order

  std::vector<Trial> run(int count, double seconds) {
    std::vector<Trial> trials;
    for (int number = 1; number <= count; ++number) trials.push_back({.number = number});
    return halve({.trials = trials}, seconds,
                 {.clock = [this] { return time; },
                  .run =
                      [this](Trial& trial, const Rung& rung) {
                        runs[rung.number].push_back(trial.number);
                        trial.seconds += rung.seconds;
                        time += rung.seconds + overhead;
                        const auto loss = losses.find(trial.number);
                        if (loss == losses.end()) return static_cast<double>(trial.number);
                        if (!std::isfinite(loss->second)) trial.message = "burst";
                        return loss->second;
                      },
                  .on_rung = [this](const Rung& rung, std::span<const Trial>) { rungs.push_back(rung); }});
  }
};

std::vector<int> numbers(const std::vector<Trial>& trials) {
  std::vector<int> all;
  for (const Trial& trial : trials) all.push_back(trial.number);
  return all;
}

TEST(Halving, HalvesUntilTwoAreLeft) {
  EXPECT_THAT(rung_sizes(1), ElementsAre(1));
  EXPECT_THAT(rung_sizes(2), ElementsAre(2));
  EXPECT_THAT(rung_sizes(5), ElementsAre(5, 3, 2));
  EXPECT_THAT(rung_sizes(16), ElementsAre(16, 8, 4, 2));
}

TEST(Halving, GivesEachRungTheSameTimeAndTheBestHalfAnother) {
  Search search{.losses = {{3, 0.5}, {5, 0.25}}};
  const std::vector<Trial> trials = search.run(5, 90);
  EXPECT_THAT(numbers(trials), ElementsAre(5, 3, 1, 2, 4));
  EXPECT_THAT(search.runs[1], ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(search.runs[2], ElementsAre(5, 3, 1));
  EXPECT_THAT(search.runs[3], ElementsAre(5, 3));
  EXPECT_THAT(trials[0].losses, ElementsAre(0.25, 0.25, 0.25));
  EXPECT_THAT(trials[2].losses, ElementsAre(1, 1));
  EXPECT_THAT(trials[4].losses, ElementsAre(4));
  ASSERT_EQ(search.rungs.size(), 3U);
  EXPECT_EQ(search.rungs[0].kept, 3);
  EXPECT_EQ(search.rungs[2].kept, 0);
  EXPECT_NEAR(search.rungs[0].seconds, 90.0 / 3 / 5, 1e-12);
  EXPECT_NEAR(search.rungs[1].seconds, 90.0 / 3 / 3, 1e-12);
  EXPECT_NEAR(search.rungs[2].seconds, 90.0 / 3 / 2, 1e-12);
  EXPECT_NEAR(search.time, 190, 1e-9);
}

TEST(Halving, TakesWhatCostsTimeBesideTrainingOffTheRungsThatFollow) {
  Search search{.overhead = 0.5};
  search.run(16, 100);
  EXPECT_NEAR(search.time, 200, 1e-9);
  Search crowded{.overhead = 50};
  crowded.run(4, 100);
  EXPECT_EQ(crowded.rungs[1].seconds, 0);  // there is none left: the trials come as far as they can without
}

TEST(Halving, KeepsTheOrderOfTrialsWithOneLoss) {
  Search search{.losses = {{1, 7}, {2, 7}, {3, 7}, {4, 7}}};
  EXPECT_THAT(numbers(search.run(4, 1)), ElementsAre(1, 2, 3, 4));
}

TEST(Halving, GoesOnWithNoneThatHasFailed) {
  Search search{
      .losses = {{1, infinity}, {2, std::nan("")}, {3, infinity}, {5, infinity}, {6, infinity}, {8, -infinity}}};
  const std::vector<Trial> trials = search.run(8, 80);
  EXPECT_THAT(search.runs[2], ElementsAre(4, 7));  // of four that may
  EXPECT_EQ(trials[0].number, 4);
  EXPECT_THAT(trials[7].losses, ElementsAre(infinity));
  EXPECT_THAT(search.time, Lt(180.0 + 1e-9));

  Search alone{.losses = {{1, infinity}, {2, infinity}, {4, infinity}}};
  EXPECT_EQ(alone.run(4, 80)[0].number, 3);
  EXPECT_EQ(alone.rungs.size(), 1U);  // nothing is left to compare it with
}

TEST(Halving, FailsWhereAllDo) {
  Search search{.losses = {{1, infinity}, {2, std::nan("")}}};
  EXPECT_THAT([&] { search.run(2, 1); },
              ThrowsMessage<NumericalError>("none of the 2 settings trains; the first one failed: burst"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
