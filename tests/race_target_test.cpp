#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"
#include "tools/reproduce/race/plateau.h"
#include "tools/reproduce/report/race_targets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using report::RaceTarget;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(RaceTarget, IsTheBestAndEightyPercentOfTheWayThere) {
  const RaceTarget target{.plateau = 2.3, .best = 1.3};
  EXPECT_EQ(target.full(), 1.3);
  EXPECT_DOUBLE_EQ(target.partial(), 1.5);
}

TEST(RaceTarget, IsReadAsItWasWritten) {
  const TempDir dir;
  const auto path = dir.path() / "targets.json";
  EXPECT_TRUE(report::read_targets(path).empty());
  report::write_targets(path, {{"cifar-10", {.plateau = 2.25, .best = 1.1, .epochs = 30, .learning_rate = "0.001"}},
                               {"arm-tukey", {.plateau = 2, .best = 1, .epochs = 3, .learning_rate = "0.01"}}});
  const report::RaceTargets read = report::read_targets(path);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read.at("cifar-10").plateau, 2.25);
  EXPECT_EQ(read.at("cifar-10").best, 1.1);
  EXPECT_EQ(read.at("cifar-10").epochs, 30);
  EXPECT_EQ(read.at("cifar-10").learning_rate, "0.001");
  dir.write("targets.json", R"({"cifar-10": {"plateau": 1}})");
  EXPECT_THAT([&] { report::read_targets(path); }, ThrowsMessage<Error>(HasSubstr("targets.json")));
}

TEST(RacePlateau, OfLabelsIsTheirEntropy) {
  const std::vector<std::uint8_t> even{0, 1, 2, 3, 0, 1, 2, 3};
  EXPECT_DOUBLE_EQ(label_plateau(even), std::log(4.0));
  const std::vector<std::uint8_t> uneven{0, 0, 0, 1};
  EXPECT_DOUBLE_EQ(label_plateau(uneven), 0.75 * std::log(4.0 / 3) + 0.25 * std::log(4.0));
}

TEST(RacePlateau, OfPixelsIsTheSumOfTheirMeansEntropies) {
  // Two features: means 0 and 1/2; the other is 51/255 = 0.2 in both samples.
  const std::vector<std::uint8_t> values{0, 51, 255, 51};
  EXPECT_NEAR(pixel_plateau(values, 2), std::log(2.0) - 0.2 * std::log(0.2) - 0.8 * std::log(0.8), 1e-12);
}

TEST(RacePlateau, OfSquaredErrorIsHalfTheVariances) {
  const std::vector<float> targets{1, 10, 3, 10, 5, 16};
  EXPECT_NEAR(squared_error_plateau(targets, 2), (8.0 / 3 + 8.0) / 2, 1e-6);
}

TEST(RacePlateau, IsOfStandardisedTargets) {
  // Median 2, |v - 2| = 1, 0, 0, 1, 98; and a column of ten times that.
  const std::vector<float> targets{1, 10, 2, 20, 2, 20, 3, 30, 100, 1000, 1, 10};
  const std::vector<float> robust = standardised_targets(targets, 2, NormalizeTargets::Robust);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double unit = 1.4826 * (i % 2 == 0 ? 1 : 10);
    EXPECT_NEAR(robust[i], (targets[i] - (i % 2 == 0 ? 2 : 20)) / unit, 1e-5) << i;
  }
  // Half the variance of each output, which are one.
  const std::vector<float> standard = standardised_targets(targets, 2, NormalizeTargets::Standard);
  EXPECT_NEAR(squared_error_plateau(standard, 2), 1, 1e-6);
}

double biweight_at(const std::vector<float>& targets, double location) {
  constexpr double c = 4.685;
  double sum = 0;
  for (const float target : targets) {
    const double u = std::min(1.0, std::pow((target - location) / c, 2));
    sum += c * c / 6 * (1 - std::pow(1 - u, 3));
  }
  return sum / static_cast<double>(targets.size());
}

TEST(RacePlateau, OfTheBiweightIsTheLeastOverLocations) {
  const std::vector<float> targets{0.1F, -0.4F, 0.3F, 1.2F, 0.7F, 12.0F, -30.0F, 0.2F, 3.9F};
  double least = std::numeric_limits<double>::infinity();
  for (double location = -5; location < 5; location += 1e-4) least = std::min(least, biweight_at(targets, location));
  EXPECT_NEAR(biweight_plateau(targets, 1), least, 1e-7);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
