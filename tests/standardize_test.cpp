#include "framework/data/standardize.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/random.h"
#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::FloatEq;
using testing::Pointwise;

TEST(Standardize, HasMeanAndDeviationOfEachColumn) {
  const auto [mean, scale] =
      standardize(std::vector<float>{10'000, -0.5F, 10'002, 0.5F, 10'004, 0.5F, 10'006, -0.5F}, 2);
  EXPECT_THAT(mean, Pointwise(FloatEq(), std::vector{10'003.0F, 0.0F}));
  EXPECT_THAT(scale, Pointwise(FloatEq(), std::vector{std::sqrt(5.0F), 0.5F}));
}

TEST(StandardizeRobustly, HasMedianAndMedianDeviationOfEachColumn) {
  // Odd: median 3, |v - 3| = 2, 1, 0, 1, 997. Two columns, the second 10 times the first and one off.
  const auto [odd, odd_scale] = standardize_robustly(std::vector<float>{1, 11, 1000, 10'001, 4, 41, 3, 31, 2, 21}, 2);
  EXPECT_THAT(odd, Pointwise(FloatEq(), std::vector{3.0F, 31.0F}));
  EXPECT_THAT(odd_scale, Pointwise(FloatEq(), std::vector{1.4826F, 14.826F}));
  // Even: median (2 + 5) / 2, |v - 3.5| = 2.5, 1.5, 1.5, 96.5, of which the middle two are 1.5 and 2.5.
  const auto [even, even_scale] = standardize_robustly(std::vector<float>{100, 5, 1, 2}, 1);
  EXPECT_THAT(even, Pointwise(FloatEq(), std::vector{3.5F}));
  EXPECT_THAT(even_scale, Pointwise(FloatEq(), std::vector{2 * 1.4826F}));
}

TEST(StandardizeRobustly, AgreesWithTheDeviationOfNormalValuesWhateverTheOutliers) {
  constexpr int samples = 20'001;
  Random random(1, Random::Stream::Test);
  std::vector<float> clean;
  std::vector<float> spoilt;
  for (int i = 0; i < samples; ++i) {
    clean.push_back(static_cast<float>(5 + 3 * random.normal()));
    spoilt.push_back(i % 100 == 0 ? 1e9F : clean.back());
  }
  // The median absolute deviation of N normal values has a relative deviation of 1.17/√N: 0.83 % here.
  EXPECT_NEAR(standardize_robustly(clean, 1).scale[0], 3, 3 * 4 * 0.0083);
  EXPECT_NEAR(standardize(clean, 1).scale[0], 3, 3 * 4 * 0.005);
  // One in a hundred shifts the quartiles by less than 2 %.
  EXPECT_NEAR(standardize_robustly(spoilt, 1).scale[0], standardize_robustly(clean, 1).scale[0], 0.06);
  EXPECT_NEAR(standardize_robustly(spoilt, 1).mean[0], 5, 0.15);
  EXPECT_GT(standardize(spoilt, 1).scale[0], 1e7F);
}

TEST(Standardize, ScalesConstantsByTheirMagnitude) {
  // Constant, zero, constant up to float's rounding, and just not.
  const std::vector<float> table{-40, 0, 1e6F, 1e6F, -40, 0, 1e6F + 0.125F, 1e6F + 4};
  const auto [mean, scale] = standardize(table, 4);
  EXPECT_THAT(scale, Pointwise(FloatEq(), std::vector{40.0F, 1.0F, 1e6F + 0.125F, 2.0F}));
  EXPECT_THAT(mean, Pointwise(FloatEq(), std::vector{-40.0F, 0.0F, 1e6F + 0.0625F, 1e6F + 2}));
  const auto [median, robust] = standardize_robustly(table, 4);
  EXPECT_THAT(robust, Pointwise(FloatEq(), std::vector{40.0F, 1.0F, 1e6F + 0.125F, 2 * 1.4826F}));
  EXPECT_EQ(median, mean);
}

TEST(StandardizeRobustly, TakesTheDeviationWhereMostValuesAreEqual) {
  // Three of five are 2: the median is 2, the median of |v - 2| is 0. Variance: (4 + 0 + 0 + 0 + 64) / 5 - 1.2².
  const auto [median, scale] = standardize_robustly(std::vector<float>{0, 2, 2, 2, 10}, 1);
  EXPECT_FLOAT_EQ(median[0], 2);
  EXPECT_FLOAT_EQ(scale[0], std::sqrt(68 / 5.0F - 1.2F * 1.2F));
  // The same where they are equal up to rounding: the next floats above a million.
  const auto [near, near_scale] =
      standardize_robustly(std::vector<float>{0, 1e6F, 1e6F + 0.0625F, 1e6F + 0.125F, 5e6F}, 1);
  EXPECT_FLOAT_EQ(near[0], 1e6F + 0.0625F);
  EXPECT_GT(near_scale[0], 1e6F);
}

TEST(Standardize, HasNormalScalesAtBothEndsOfFloat) {
  using Limits = std::numeric_limits<float>;
  for (const auto& [low, high] :
       {std::pair{-Limits::max(), Limits::max()}, {-Limits::denorm_min(), Limits::denorm_min()}}) {
    const std::vector<float> table{low, high, low, high};
    for (const Normalization& found : {standardize(table, 1), standardize_robustly(table, 1)}) {
      EXPECT_EQ(found.mean[0], 0);
      EXPECT_TRUE(std::isnormal(found.scale[0])) << found.scale[0];
      EXPECT_GE(found.scale[0], high);
    }
  }
}

TEST(Standardize, FollowsScaleAndOffset) {
  const std::vector<double> values{0.3, -1.2, 2.5, 0.9, -0.1, 0.4, 1.7};
  for (const double factor : {1e-12, 1e-3, 1e12}) {
    for (const double offset : {0.0, 2.0}) {
      std::vector<float> plain;
      std::vector<float> moved;
      for (const double value : values) {
        plain.push_back(static_cast<float>(value));
        moved.push_back(static_cast<float>(factor * (value + offset)));
      }
      for (const auto& fit : {&standardize, &standardize_robustly}) {
        const Normalization one = fit(plain, 1);
        const Normalization other = fit(moved, 1);
        // Values of at most 5 in units of the factor are rounded to 2⁻²⁴ of themselves, and so are these results.
        EXPECT_NEAR(other.scale[0] / factor, one.scale[0], 1e-6);
        EXPECT_NEAR(other.mean[0] / factor - offset, one.mean[0], 1e-6);
      }
    }
  }
}

TEST(Standardize, IsTheSameOnAnyNumberOfThreads) {
  constexpr int columns = 5000;
  std::vector<float> table;
  for (int i = 0; i < 4 * columns; ++i) table.push_back(std::sin(static_cast<float>(i)));
  const int before = threads();
  for (const auto& fit : {&standardize, &standardize_robustly}) {
    set_threads(1);
    const Normalization one = fit(table, columns);
    set_threads(5);
    const Normalization many = fit(table, columns);
    EXPECT_EQ(many.mean, one.mean);
    EXPECT_EQ(many.scale, one.scale);
  }
  set_threads(before);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
