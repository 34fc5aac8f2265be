#include "framework/data/normalization.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::FloatEq;
using testing::Pointwise;
using testing::ThrowsMessage;

/// Two channels of two features, four samples. Feature 2 is constant, feature 3 deviates by less than a grey level.
Dataset four_samples() {
  return {"four",
          4,
          2,
          10,
          {0, 10, 7, 100,     //
           0, 20, 7, 100,     //
           200, 10, 7, 100,   //
           200, 20, 7, 101},  //
          {0, 0, 0, 0}};
}

TEST(FitNormalization, FeatureHasMomentsAndFloorOfEachFeature) {
  const auto [mean, scale] = fit_normalization(four_samples(), Normalize::Feature);
  EXPECT_THAT(mean, Pointwise(FloatEq(), std::vector{100 / 255.0F, 15 / 255.0F, 7 / 255.0F, 100.25F / 255.0F}));
  EXPECT_THAT(scale, Pointwise(FloatEq(), std::vector{100 / 255.0F, 5 / 255.0F, 1 / 255.0F, 1 / 255.0F}));
}

TEST(FitNormalization, ChannelHasMomentsOfAllItsFeatures) {
  const auto [mean, scale] = fit_normalization(four_samples(), Normalize::Channel);
  // Channel 0: sum 460 and squares 81,000 over 8 values. Channel 1: sum 429 and squares 40,397.
  const real mean0 = 57.5F / 255;
  const real mean1 = 53.625F / 255;
  const real scale0 = std::sqrt(81'000 / 8.0F - 57.5F * 57.5F) / 255;
  const real scale1 = std::sqrt(40'397 / 8.0F - 53.625F * 53.625F) / 255;
  EXPECT_THAT(mean, Pointwise(FloatEq(), std::vector{mean0, mean0, mean1, mean1}));
  EXPECT_THAT(scale, Pointwise(FloatEq(), std::vector{scale0, scale0, scale1, scale1}));
}

TEST(FitNormalization, NoneLeavesGreyLevelsBetween0And1) {
  for (const Dataset& dataset : {four_samples(), Dataset{"empty", 4, 2, 10, {}, {}}}) {
    const auto [mean, scale] = fit_normalization(dataset, Normalize::None);
    EXPECT_EQ(mean, std::vector<real>(4, 0));
    EXPECT_EQ(scale, std::vector<real>(4, 1));
  }
}

TEST(FitNormalization, IsExactWhateverTheOrderAndNumberOfSamples) {
  Dataset dataset{"long", 1, 1, 10, std::vector<std::uint8_t>(300'000, 254), std::vector<std::uint8_t>(300'000)};
  std::fill_n(dataset.values.begin(), 150'000, std::uint8_t{255});
  const Normalization forwards = fit_normalization(dataset, Normalize::Feature);
  EXPECT_EQ(forwards.mean.front(), static_cast<real>(254.5 / 255));
  std::ranges::reverse(dataset.values);
  const Normalization backwards = fit_normalization(dataset, Normalize::Feature);
  EXPECT_EQ(backwards.mean, forwards.mean);
  EXPECT_EQ(backwards.scale, forwards.scale);
}

TEST(FitNormalization, IsTheSameOnAnyNumberOfThreads) {
  // More features than a task takes, and not a multiple of it; each of their own mean and deviation.
  constexpr std::size_t features = 5000;
  Dataset dataset{"wide", features, 1, 10, {}, {0, 0}};
  for (const std::size_t factor : {std::size_t{1}, std::size_t{2}}) {
    for (std::size_t i = 0; i < features; ++i) {
      dataset.values.push_back(static_cast<std::uint8_t>(100 + factor * (i % 50)));
    }
  }
  const int before = threads();
  for (const int number : {1, 2, 5}) {
    set_threads(number);
    const Normalization found = fit_normalization(dataset, Normalize::Feature);
    ASSERT_EQ(found.mean.size(), features);
    for (std::size_t i = 0; i < features; ++i) {
      const double step = static_cast<double>(i % 50);
      ASSERT_EQ(found.mean[i], static_cast<real>((100 + 1.5 * step) / 255)) << i;
      ASSERT_EQ(found.scale[i], static_cast<real>(std::max(step / 2, 1.0) / 255)) << i;
    }
  }
  set_threads(before);
}

Dataset numbers(int features, std::vector<real> values) {
  return {.name = "table", .features = features, .task = Task::Regression, .numbers = std::move(values)};
}

TEST(FitNormalization, TakesNumbersAsTheyAre) {
  // A large mean with a small deviation, and a small one.
  const auto [mean, scale] =
      fit_normalization(numbers(2, {10'000, -0.5F, 10'002, 0.5F, 10'004, 0.5F, 10'006, -0.5F}), Normalize::Feature);
  EXPECT_THAT(mean, Pointwise(FloatEq(), std::vector{10'003.0F, 0.0F}));
  EXPECT_THAT(scale, Pointwise(FloatEq(), std::vector{std::sqrt(5.0F), 0.5F}));
  const auto [zero, one] = fit_normalization(numbers(2, {1, 2}), Normalize::None);
  EXPECT_EQ(zero, std::vector<real>(2, 0));
  EXPECT_EQ(one, std::vector<real>(2, 1));
}

TEST(FitNormalization, RejectsDataItCannotFit) {
  EXPECT_THAT(
      [] {
        fit_normalization(numbers(2, {1, 2}), Normalize::Channel);
      },
      ThrowsMessage<UsageError>("table: holds numbers without channels, expected the normalization feature or none"));

  for (const Normalize kind : {Normalize::Feature, Normalize::Channel}) {
    EXPECT_THAT(
        [&] {
          fit_normalization({"empty", 4, 2, 10, {}, {}}, kind);
        },
        ThrowsMessage<UsageError>("empty: holds no samples to fit a normalization to"));
    for (const int channels : {0, 3}) {
      Dataset dataset = four_samples();
      dataset.channels = channels;
      EXPECT_THAT([&] { fit_normalization(dataset, kind); },
                  ThrowsMessage<UsageError>("four: holds 4 features in " + std::to_string(channels) +
                                            " channels, expected equally many in each"));
    }
  }
}

TEST(Normalize, HasNames) {
  for (const Normalize kind : {Normalize::Feature, Normalize::Channel, Normalize::None}) {
    EXPECT_EQ(normalize_from_name(name(kind)), kind);
  }
  EXPECT_EQ(name(Normalize::Channel), "channel");
  EXPECT_THAT([] { normalize_from_name("Channel"); },
              ThrowsMessage<UsageError>(R"(unknown normalization "Channel", expected feature, channel or none)"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
