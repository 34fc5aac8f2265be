#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/reproduce/report/comparison.h"
#include "tools/reproduce/report/slope.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;

constexpr double kPlateau = 2.302585;

MethodRuns one_run(const std::string& method, double seconds_per_epoch, const std::vector<double>& losses,
                   double accuracy = 0.3) {
  Run run{.seed = 1, .outcome = "finished"};
  for (const double loss : losses) {
    const int epoch = static_cast<int>(run.epochs.size()) + 1;
    run.epochs.push_back(
        {.epoch = epoch, .seconds = seconds_per_epoch * epoch, .train_loss = loss, .test_accuracy = accuracy});
  }
  return {.method = method, .runs = {run}};
}

TEST(Comparison, CommonTargetIsTheLargerLowestLoss) {
  // By hand: lowest 0.5 and 1.0, so the target is 1.0; reached in epoch 3 at 30 s, and in epoch 2 at 50 s.
  const Comparison pair =
      compare(one_run("a", 10, {2.0, 1.5, 0.9, 0.5}, 0.4), one_run("b", 25, {1.8, 1.0, 1.2}), kPlateau);
  EXPECT_TRUE(pair.common_target);
  EXPECT_EQ(pair.target, 1.0);
  EXPECT_EQ(pair.first_at.epoch, 3);
  EXPECT_EQ(pair.first_at.seconds, 30);
  EXPECT_EQ(pair.second_at.epoch, 2);
  EXPECT_EQ(pair.second_at.seconds, 50);
  EXPECT_EQ(pair.in_seconds, Ahead::First);
  EXPECT_EQ(pair.in_epochs, Ahead::Second);
  EXPECT_EQ(pair.in_accuracy, Ahead::First);
}

TEST(Comparison, SameCurvesAreEven) {
  const Comparison pair = compare(one_run("a", 10, {2.0, 1.0}), one_run("b", 10, {2.0, 1.0}), kPlateau);
  EXPECT_EQ(pair.in_seconds, Ahead::Even);
  EXPECT_EQ(pair.in_epochs, Ahead::Even);
  EXPECT_EQ(pair.in_accuracy, Ahead::Even);
}

TEST(Comparison, WhoLeavesThePlateauIsAhead) {
  const Comparison pair = compare(one_run("a", 1, {2.3027, 2.29}), one_run("b", 100, {2.3, 2.0}), kPlateau);
  EXPECT_FALSE(pair.common_target);
  EXPECT_EQ(pair.in_seconds, Ahead::Second);
  EXPECT_EQ(pair.in_epochs, Ahead::Second);
  EXPECT_THAT(pair.remark, HasSubstr("the first has not left the plateau"));
}

TEST(Comparison, WhoFailedIsNotAhead) {
  MethodRuns failed = one_run("a", 1, {2.2, 1.9});
  failed.runs.front().outcome = "failed";
  const Comparison pair = compare(failed, one_run("b", 100, {2.2, 2.0}), kPlateau);
  EXPECT_FALSE(pair.common_target);
  EXPECT_EQ(pair.in_seconds, Ahead::Second);
  EXPECT_EQ(pair.remark, "the first failed");
}

TEST(Comparison, NoVerdictOnThePlateauOrWithoutEpochs) {
  const MethodRuns flat = one_run("a", 1, {2.3027, 2.3});
  EXPECT_EQ(compare(flat, flat, kPlateau).in_seconds, Ahead::Unknown);
  const Comparison missing = compare(flat, one_run("b", 1, {}), kPlateau);
  EXPECT_EQ(missing.in_epochs, Ahead::Unknown);
  EXPECT_THAT(missing.remark, HasSubstr("no epochs of the second"));
}

TEST(Comparison, ALossThatIsNoNumberIsNeverReached) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Comparison pair = compare(one_run("a", 1, {nan, 1.5, nan}), one_run("b", 1, {1.2, nan}), kPlateau);
  EXPECT_EQ(pair.target, 1.5);
  EXPECT_EQ(pair.first_at.epoch, 2);
  EXPECT_EQ(pair.second_at.epoch, 1);
}

TEST(Comparison, PlateauIsTheLossOfEqualProbabilities) {
  EXPECT_THAT(plateau_loss("cross-entropy", 10), DoubleNear(2.302585, 1e-6));
  EXPECT_THAT(plateau_loss("bounded", 10), DoubleNear(0.622459, 1e-6));  // 1 / (1 + e^(5 (0.1 - 0.2)))
  EXPECT_EQ(plateau_loss("squared-error", 10), std::numeric_limits<double>::infinity());
}

TEST(Comparison, VerdictsInWords) {
  EXPECT_EQ(verdict({.held = 0, .of = 0}), "no verdict: the runs do not say");
  EXPECT_EQ(verdict({.held = 0, .of = 3}), "did not hold (0 of 3)");
  EXPECT_EQ(verdict({.held = 2, .of = 3}), "held for 2 of 3");
  EXPECT_EQ(verdict({.held = 3, .of = 3}), "held for all 3");
  EXPECT_EQ(verdict({.held = 1, .of = 1}), "held");
}

TEST(MeanCurve, IsOfTheSoundRunsUpToTheirCommonEpoch) {
  MethodRuns method = one_run("a", 10, {2.0, 1.0, 0.5});
  method.runs.push_back(one_run("a", 20, {1.0, 0.0}).runs.front());
  method.runs.push_back(one_run("a", 1000, {9.0}).runs.front());
  method.runs.back().outcome = "failed";
  const std::vector<MeanEpoch> curve = method.mean_curve();
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_EQ(curve[1].epoch, 2);
  EXPECT_EQ(curve[1].seconds, 30);
  EXPECT_EQ(curve[1].train_loss.mean, 0.5);
  EXPECT_EQ(curve[1].train_loss.low, 0.0);
  EXPECT_EQ(curve[1].train_loss.high, 1.0);
  method.runs.erase(method.runs.begin(), method.runs.begin() + 2);
  EXPECT_EQ(method.mean_curve().front().train_loss.mean, 9.0) << "all failed";
}

/// Pairs (width, 3e-9 width^power), with `noise` added below a width of 256.
std::vector<std::pair<double, double>> power_law(const std::vector<double>& widths, double power, double noise = 0) {
  std::vector<std::pair<double, double>> points;
  for (const double width : widths) {
    points.emplace_back(width, 3e-9 * std::pow(width, power) + (width < 256 ? noise : 0));
  }
  return points;
}

TEST(Slope, ExactOnPowerLaws) {
  for (const double power : {1.0, 2.0, 2.5, 3.0}) {
    const auto slope = fitted_slope(power_law({64, 128, 256, 512, 1024}, power, 1e-2));
    ASSERT_TRUE(slope.has_value());
    if (!slope) return;
    EXPECT_THAT(slope->power, DoubleNear(power, 1e-12));
    EXPECT_EQ(slope->points, 3) << "only those from 256 on";
  }
}

TEST(Slope, OfAllWhereFewAreWide) {
  const auto slope = fitted_slope(power_law({32, 64, 256, 512}, 2));
  ASSERT_TRUE(slope.has_value());
  if (!slope) return;
  EXPECT_THAT(slope->power, DoubleNear(2, 1e-12));
  EXPECT_EQ(slope->points, 4);
}

TEST(Slope, NothingOfOneWidth) {
  EXPECT_FALSE(fitted_slope({}).has_value());
  EXPECT_FALSE(fitted_slope({{256, 1.0}, {256, 2.0}}).has_value());
  EXPECT_FALSE(fitted_slope({{256, 1.0}, {512, 0.0}}).has_value()) << "no logarithm of 0";
}

}  // namespace
}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
