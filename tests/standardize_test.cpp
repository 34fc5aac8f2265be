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

using testing::Pointwise;

const real kNext = std::nextafter(real{1e6}, real{2e6});
const real kNext2 = std::nextafter(kNext, real{2e6});

/// Equal but for the rounding of floats.
MATCHER(Near, "") {
  const auto [found, expected] = arg;
  return std::abs(found - expected) <= 4e-7 * std::abs(expected);
}

TEST(Standardize, HasMeanAndDeviationOfEachColumn) {
  const auto [mean, scale] =
      standardize(std::vector<real>{10'000, -0.5F, 10'002, 0.5F, 10'004, 0.5F, 10'006, -0.5F}, 2);
  EXPECT_THAT(mean, Pointwise(Near(), std::vector<real>{10'003.0F, 0.0F}));
  EXPECT_THAT(scale, Pointwise(Near(), std::vector<real>{std::sqrt(real{5}), 0.5F}));
}

TEST(StandardizeRobustly, HasMedianAndMedianDeviationOfEachColumn) {
  // Odd: median 3, |v - 3| = 2, 1, 0, 1, 997. Two columns, the second 10 times the first and one off.
  const auto [odd, odd_scale] = standardize_robustly(std::vector<real>{1, 11, 1000, 10'001, 4, 41, 3, 31, 2, 21}, 2);
  EXPECT_THAT(odd, Pointwise(Near(), std::vector<real>{3.0F, 31.0F}));
  EXPECT_THAT(odd_scale, Pointwise(Near(), std::vector<real>{1.4826F, 14.826F}));
  // Even: median (2 + 5) / 2, |v - 3.5| = 2.5, 1.5, 1.5, 96.5, of which the middle two are 1.5 and 2.5.
  const auto [even, even_scale] = standardize_robustly(std::vector<real>{100, 5, 1, 2}, 1);
  EXPECT_THAT(even, Pointwise(Near(), std::vector<real>{3.5F}));
  EXPECT_THAT(even_scale, Pointwise(Near(), std::vector<real>{2 * 1.4826F}));
}

TEST(StandardizeRobustly, AgreesWithTheDeviationOfNormalValuesWhateverTheOutliers) {
  constexpr int samples = 20'001;
  Random random(1, Random::Stream::Test);
  std::vector<real> clean;
  std::vector<real> spoilt;
  for (int i = 0; i < samples; ++i) {
    clean.push_back(static_cast<real>(5 + 3 * random.normal()));
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
  // Constant, zero, constant up to rounding, and not.
  const std::vector<real> table{-40, 0, 1e6F, 1e6F, -40, 0, kNext2, 1e6F + 4};
  const auto [mean, scale] = standardize(table, 4);
  EXPECT_THAT(scale, Pointwise(Near(), std::vector<real>{40, 1, kNext2, 2}));
  EXPECT_THAT(mean, Pointwise(Near(), std::vector<real>{-40, 0, kNext, 1e6F + 2}));
  const auto [median, robust] = standardize_robustly(table, 4);
  EXPECT_THAT(robust, Pointwise(Near(), std::vector<real>{40, 1, kNext2, static_cast<real>(2 * 1.4826)}));
  EXPECT_EQ(median, mean);
}

TEST(StandardizeRobustly, TakesTheDeviationWhereMostValuesAreEqual) {
  // Three of five are 2: the median is 2, the median of |v - 2| is 0. Variance: (4 + 0 + 0 + 0 + 64) / 5 - 1.2².
  const auto [median, scale] = standardize_robustly(std::vector<real>{0, 2, 2, 2, 10}, 1);
  EXPECT_EQ(median[0], 2);
  EXPECT_NEAR(scale[0], std::sqrt(68 / 5.0 - 1.2 * 1.2), 1e-6);
  // The same where they are equal up to rounding: the next numbers above a million.
  const auto [near, near_scale] = standardize_robustly(std::vector<real>{0, 1e6F, kNext, kNext2, 5e6F}, 1);
  EXPECT_EQ(near[0], kNext);
  EXPECT_GT(near_scale[0], 1e6F);
}

TEST(Standardize, HasNormalScalesAtBothEndsOfFloat) {
  using Limits = std::numeric_limits<real>;
  for (const auto& [low, high] :
       {std::pair{-Limits::max(), Limits::max()}, {-Limits::denorm_min(), Limits::denorm_min()}}) {
    const std::vector<real> table{low, high, low, high};
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
      std::vector<real> plain;
      std::vector<real> moved;
      for (const double value : values) {
        plain.push_back(static_cast<real>(value));
        moved.push_back(static_cast<real>(factor * (value + offset)));
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
  std::vector<real> table;
  for (int i = 0; i < 4 * columns; ++i) table.push_back(std::sin(static_cast<real>(i)));
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
