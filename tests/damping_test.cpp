#include "second_order/damping.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/tensor.h"
#include "tests/support/matrices.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Damping, FixedIsThePapers) {
  const auto damping = make_damping({.kind = DampingKind::Fixed, .alpha = 0.3});
  for (const double mean : {0.0, 1e-8, 5.0}) {
    EXPECT_EQ(damping->of_layer(mean, 2 * mean), (LayerDamping{.share = 0.7, .weight = 0.3, .bias = 0.3}));
  }
  EXPECT_FALSE(damping->measures(0));
  EXPECT_TRUE(damping->state().empty());
}

TEST(Damping, RelativeIsAMultipleOfTheMeanEigenvalues) {
  const auto damping = make_damping({.kind = DampingKind::Relative, .rho = 10});
  const LayerDamping found = damping->of_layer(3e-9, 0.5);
  EXPECT_DOUBLE_EQ(found.weight, 10 * 3e-9 * 0.5);
  EXPECT_DOUBLE_EQ(found.bias, 10 * 3e-9);
  EXPECT_EQ(found.share, 1);
  EXPECT_EQ(damping->of_layer(0, 0.5), (LayerDamping{.share = 1, .weight = 5, .bias = 10}))
      << "a mean of nothing counts as 1";
  EXPECT_EQ(damping->of_layer(2, 0).weight, 20);
  EXPECT_EQ(damping->of_layer(1e-38, 2), (LayerDamping{.share = 1, .weight = 20, .bias = 10})) << "nearly nothing";
  EXPECT_TRUE(std::isnan(damping->of_layer(std::numeric_limits<double>::quiet_NaN(), 1).weight));
}

/// ρ as the damping of a layer with means of 1 shows it.
double rho(const Damping& damping) { return damping.of_layer(1, 1).weight; }

TEST(Damping, AdaptiveRaisesAndLowersAsItIsTold) {
  const auto damping = make_damping({.kind = DampingKind::Adaptive, .rho = 4, .every = 5});
  const double omega = std::pow(0.95, 5);
  double expected = 4;
  const auto expect = [&](const char* what) { EXPECT_NEAR(rho(*damping), expected, 10 * kEpsilon * expected) << what; };
  expect("start");
  for (const double ratio : {0.25, 0.5, 0.75}) {
    damping->accepted(ratio);
    expect("between a quarter and three quarters");
  }
  damping->accepted(0.9);
  expected *= omega;
  expect("above three quarters: lower");
  for (const double ratio : {0.1, -3.0}) {
    damping->accepted(ratio);
    expected /= omega;
    expect("below a quarter: higher");
  }
  for (const double raise : {2.0, 4.0, 8.0}) {
    damping->rejected();
    expected *= raise;
    expect("each rejection in a row raises twice as far");
  }
  damping->accepted(0.5);
  damping->rejected();
  expected *= 2;
  expect("an acceptance starts anew");
}

/// A shortened step has a good ratio whatever the damping: it may show that there is too little, never that there is
/// too much.
TEST(Damping, AdaptiveIsNotLoweredByShortenedSteps) {
  const auto damping = make_damping({.kind = DampingKind::Adaptive, .rho = 4, .every = 5});
  for (const double ratio : {0.5, 0.8, 1.0}) damping->accepted(ratio, /*shortened=*/true);
  EXPECT_EQ(rho(*damping), 4);
  damping->accepted(0.1, /*shortened=*/true);
  EXPECT_NEAR(rho(*damping), 4 / std::pow(0.95, 5), 10 * kEpsilon * 4);
}

TEST(Damping, CanBeRaisedToItsMost) {
  for (const DampingKind kind : {DampingKind::Relative, DampingKind::Adaptive}) {
    const auto damping = make_damping({.kind = kind, .rho = 0.5});
    EXPECT_NEAR(damping->of_layer(3, 2, 100).weight, 300, 1e-9);
    EXPECT_NEAR(damping->of_layer(3, 2, 100).bias, 150, 1e-9);
    EXPECT_TRUE(damping->can_raise(1));
    EXPECT_FALSE(damping->can_raise(1e9));
    EXPECT_NEAR(damping->of_layer(1, 1, 1e12).weight, Damping::kMost, 1);
  }
  EXPECT_FALSE(make_damping({.kind = DampingKind::Fixed})->can_raise(1)) << "the paper's stays as it is";
}

TEST(Damping, AdaptiveMeasuresEveryFewSteps) {
  const auto damping = make_damping({.kind = DampingKind::Adaptive, .every = 3});
  std::vector<std::int64_t> measured;
  for (std::int64_t step = 0; step < 8; ++step) {
    if (damping->measures(step)) measured.push_back(step);
  }
  EXPECT_EQ(measured, (std::vector<std::int64_t>{0, 3, 6}));
}

TEST(Damping, AdaptiveStaysWithinReach) {
  const auto damping = make_damping({.kind = DampingKind::Adaptive, .rho = 1});
  for (int i = 0; i < 100; ++i) damping->rejected();
  EXPECT_NEAR(rho(*damping), 1e8, 1e2);
  for (int i = 0; i < 1000; ++i) damping->accepted(1);
  EXPECT_NEAR(rho(*damping), 1e-8, 1e-14);
}

/// What it has learned is a buffer that a run saves and restores.
TEST(Damping, AdaptiveGoesOnFromItsState) {
  const DampingOptions options{.kind = DampingKind::Adaptive, .rho = 4};
  const auto first = make_damping(options);
  first->rejected();
  first->rejected();
  const auto second = make_damping(options);
  ASSERT_EQ(first->state().size(), 1U);
  copy(first->state()[0].values, second->state()[0].values);
  first->rejected();
  second->rejected();
  EXPECT_EQ(rho(*first), rho(*second));
}

TEST(Damping, RefusesOptionsOutOfRange) {
  EXPECT_THAT([] { make_damping({.alpha = 0}); },
              ThrowsMessage<UsageError>(HasSubstr("alpha is 0, expected a number in (0, 1]")));
  EXPECT_THAT([] { make_damping({.rho = -1}); },
              ThrowsMessage<UsageError>(HasSubstr("rho is -1, expected a number above 0")));
  EXPECT_THAT([] { make_damping({.every = 0}); },
              ThrowsMessage<UsageError>(HasSubstr("measured every 0 steps, expected at least 1")));
  EXPECT_THAT([] { damping_kind("some"); },
              ThrowsMessage<UsageError>("unknown damping 'some', expected one of fixed, relative, adaptive"));
  for (const DampingKind kind : {DampingKind::Fixed, DampingKind::Relative, DampingKind::Adaptive}) {
    EXPECT_EQ(damping_kind(name(kind)), kind);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
