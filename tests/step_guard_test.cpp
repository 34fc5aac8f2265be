#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "second_order/step_control.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using Verdict = StepGuard::Verdict;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNearGuard = 1e-6;

/// After the first batches, which are what later ones are compared with.
StepGuard guard_of(double loss) {
  StepGuard guard;
  for (int batch = 0; batch < 30; ++batch) EXPECT_EQ(guard.look_at(loss), Verdict::InReason);
  return guard;
}

TEST(StepGuard, TakesAnOddBatchForOddOnce) {
  StepGuard guard = guard_of(2);
  EXPECT_EQ(guard.look_at(39), Verdict::InReason) << "ten times the sum of the first and the last ones";
  EXPECT_EQ(guard.look_at(1000), Verdict::Odd);
  EXPECT_EQ(guard.look_at(2), Verdict::InReason);
  EXPECT_EQ(guard.look_at(1000), Verdict::Odd);
  EXPECT_EQ(guard.look_at(1000), Verdict::TooLarge);
  for (const double loss : {kInfinity, std::nan("")}) EXPECT_EQ(guard.look_at(loss), Verdict::TooLarge);
}

TEST(StepGuard, HasNoOpinionOfTheFirstBatchesUnlessTheyAreNotFinite) {
  StepGuard guard;
  for (const double loss : {1e-6, 1e3, 1e-3, 10.0}) EXPECT_EQ(guard.look_at(loss), Verdict::InReason);
  EXPECT_EQ(guard.look_at(kInfinity), Verdict::TooLarge);
  EXPECT_EQ(guard.look_at(1e3), Verdict::InReason);
}

/// Data in which some batches have losses of another order: they come to be in reason.
TEST(StepGuard, GetsUsedToBatchesThatComeAgainAndAgain) {
  StepGuard guard = guard_of(1);
  int seen = 0;
  while (guard.look_at(60) != Verdict::InReason) {
    ASSERT_LT(++seen, 100);
  }
  EXPECT_GT(seen, 5) << "not at once";
}

TEST(StepGuard, KeepsStepsThatDoWhatTheModelSays) {
  StepGuard guard = guard_of(2);
  for (const double ratio : {0.3, 0.7, 1.0, 3.9}) {
    EXPECT_TRUE(guard.judge(2, 2 - ratio * 0.1, -0.1));
    EXPECT_EQ(guard.scale(), 1) << ratio;
  }
}

TEST(StepGuard, ShrinksWhereTheModelDoesNotHold) {
  for (const double ratio : {0.2, 4.1}) {
    StepGuard guard = guard_of(2);
    EXPECT_TRUE(guard.judge(2, 2 - ratio * 0.1, -0.1)) << "the loss has fallen";
    EXPECT_NEAR(guard.scale(), 0.25, kNearGuard) << ratio;
    EXPECT_TRUE(guard.judge(2, 1.9, -0.1));
    EXPECT_NEAR(guard.scale(), 0.25 * 1.3, kNearGuard) << "a good step";
    for (int step = 0; step < 10; ++step) guard.judge(2, 1.9, -0.1);
    EXPECT_EQ(guard.scale(), 1) << "never above what was asked for";
  }
}

TEST(StepGuard, TakesBackStepsThatRaiseTheLossOrAreLuckyBeyondReason) {
  for (const double after : {2.1, kInfinity, std::nan(""), 0.9}) {
    StepGuard guard = guard_of(2);
    EXPECT_FALSE(guard.judge(2, after, -0.1)) << after;
    EXPECT_NEAR(guard.scale(), 0.25, kNearGuard);
  }
}

/// A change within rounding says nothing, and is no reason to stay small.
TEST(StepGuard, GrowsWhereThereIsNothingToSee) {
  StepGuard guard = guard_of(2);
  guard.shrink();
  EXPECT_TRUE(guard.judge(2, 2 + 1e-6, -1e-6));
  EXPECT_NEAR(guard.scale(), 0.25 * 1.3, kNearGuard);
}

TEST(StepGuard, CalmsDownWhileLossesAreAboveTheFirst) {
  StepGuard guard = guard_of(1);
  for (int batch = 0; batch < 10; ++batch) guard.look_at(2);
  EXPECT_TRUE(guard.judge(2, 1.9, -0.1));
  EXPECT_NEAR(guard.scale(), 0.9, kNearGuard);
}

TEST(StepGuard, EndsWhereNoStepIsSmallEnough) {
  StepGuard guard = guard_of(1);
  int shrunk = 0;
  while (!guard.exhausted()) {
    guard.shrink();
    ASSERT_LT(++shrunk, 100);
  }
  EXPECT_GT(shrunk, 15);
  EXPECT_GT(guard.scale(), 0);
}

TEST(StepGuard, GoesOnFromItsState) {
  StepGuard first = guard_of(1);
  first.shrink();
  first.look_at(1000);
  StepGuard second;
  copy(first.state()[0].values, second.state()[0].values);
  EXPECT_EQ(second.scale(), first.scale());
  EXPECT_EQ(second.look_at(1000), Verdict::TooLarge) << "the second in a row";
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
