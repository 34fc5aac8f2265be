#include "framework/optimizers/schedule.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

using Kind = LearningRateSchedule::Kind;

std::vector<double> factors(const LearningRateSchedule& schedule, std::int64_t count) {
  std::vector<double> all;
  for (std::int64_t step = 0; step < count; ++step) all.push_back(schedule.factor(step));
  return all;
}

TEST(Schedule, IsConstantUnlessToldOtherwise) {
  const LearningRateSchedule schedule;
  schedule.require_valid("test");
  for (const std::int64_t step : {0L, 1L, 1'000'000'000'000L}) EXPECT_EQ(schedule.factor(step), 1);
}

TEST(Schedule, FallsInALineToZeroAtTheEnd) {
  EXPECT_THAT(factors({.kind = Kind::Linear, .steps = 4}, 6), ElementsAre(1, 0.75, 0.5, 0.25, 0, 0));
}

TEST(Schedule, FallsInHalfACosineToZeroAtTheEnd) {
  const std::vector<double> found = factors({.kind = Kind::Cosine, .steps = 4}, 6);
  const std::vector<double> expected{1, (1 + std::sqrt(0.5)) / 2, 0.5, (1 - std::sqrt(0.5)) / 2, 0, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-15) << i;
}

TEST(Schedule, RisesInALineFirst) {
  EXPECT_THAT(factors({.warm_up = 4}, 6), ElementsAre(0.25, 0.5, 0.75, 1, 1, 1));
  EXPECT_THAT(factors({.kind = Kind::Linear, .warm_up = 2, .steps = 6}, 7), ElementsAre(0.5, 1, 1, 0.75, 0.5, 0.25, 0));
  const LearningRateSchedule cosine{.kind = Kind::Cosine, .warm_up = 2, .steps = 6};
  EXPECT_EQ(cosine.factor(0), 0.5);
  EXPECT_EQ(cosine.factor(2), 1);
  EXPECT_NEAR(cosine.factor(4), 0.5, 1e-15);
}

TEST(Schedule, RefusesStepsThatDoNotFit) {
  EXPECT_THAT([] { LearningRateSchedule{.warm_up = -1}.require_valid("sgd"); },
              ThrowsMessage<UsageError>("sgd: -1 steps of warm-up, expected at least 0"));
  EXPECT_THAT(
      [] { LearningRateSchedule{.kind = Kind::Cosine}.require_valid("adam"); },
      ThrowsMessage<UsageError>("adam: a cosine schedule over 0 steps, expected more than the 0 of its warm-up"));
  EXPECT_THAT(
      ([] { LearningRateSchedule{.kind = Kind::Linear, .warm_up = 5, .steps = 5}.require_valid("sgd"); }),
      ThrowsMessage<UsageError>("sgd: a linear schedule over 5 steps, expected more than the 5 of its warm-up"));
  LearningRateSchedule{.warm_up = 5, .steps = 2}.require_valid("sgd");  // a constant one does not end
}

TEST(Schedule, HasNames) {
  for (const Kind kind : {Kind::Constant, Kind::Linear, Kind::Cosine}) EXPECT_EQ(schedule_from_name(name(kind)), kind);
  EXPECT_THAT([] { schedule_from_name("step"); },
              ThrowsMessage<UsageError>("unknown schedule 'step', expected constant, linear or cosine"));
  EXPECT_EQ(describe({.kind = Kind::Linear}), "linear");
  EXPECT_EQ(describe({.kind = Kind::Cosine, .warm_up = 7}), "cosine, 7 steps of warm-up");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
