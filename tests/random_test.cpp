#include "framework/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// The generator is deterministic, so statistical tests pass or fail for good. Their bounds are five standard errors:
/// a right generator fails one in two million such bounds, over all seeds.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Lt;
using testing::UnorderedElementsAre;
using Stream = Random::Stream;

constexpr int draws = 100'000;

/// Five standard errors of a mean of `draws` numbers of that variance.
double five_sigma(double variance) { return 5 * std::sqrt(variance / draws); }

template <class Draw>
std::vector<double> sample(Draw draw) {
  std::vector<double> values(draws);
  std::ranges::generate(values, draw);
  return values;
}

/// E[(x - centre)ᵖ]
double moment(const std::vector<double>& values, double centre, int power) {
  const auto add = [=](double sum, double x) { return sum + std::pow(x - centre, power); };
  return std::accumulate(values.begin(), values.end(), 0.0, add) / static_cast<double>(values.size());
}

std::vector<int> shuffled(Random random, int count) {
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  random.shuffle(order);
  return order;
}

std::array<std::uint64_t, 3> first_bits(Random random) {
  // Every number of the engine but the last possible one.
  constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  return {random.below(all), random.below(all), random.below(all)};
}

// The expected numbers come from a Python program that follows [rand.util.seedseq] and [rand.eng.mers].
TEST(Random, DrawsTheSameNumbersOnEveryMachine) {
  struct Case {
    std::uint64_t seed;
    Stream stream;
    std::uint64_t index;
    std::array<std::uint64_t, 3> bits;
  };
  const std::vector<Case> cases = {
      {1, Stream::Initialisation, 0, {0xd37df825db31f7e5, 0x98f04fc2710d5746, 0x4df58ed7e87b46e0}},
      {1, Stream::Shuffle, 0, {0xab36501bda57cc29, 0xf23af41640a40687, 0x15ce0be9e3021b16}},
      {1, Stream::Test, 0, {0xac7c5dead451991f, 0x3ca7935dffa24246, 0xf373f53032767d66}},
      {1, Stream::Shuffle, 7, {0x4f25e2e5c19284cf, 0xf4f63630b03fafe8, 0x91b8686089869e61}},
      {2, Stream::Initialisation, 0, {0x9636600cacdd509c, 0x5c03670305869a2f, 0x44e41d975d55fead}},
      {1 + (1ULL << 32), Stream::Initialisation, 0, {0xb1305e28d9f5f2a8, 0x9d5330b7320cab91, 0x3fb067ad861b4f79}},
      {1, Stream::Initialisation, 1ULL << 32, {0x22929bbab043e156, 0x36cb83d515b957b0, 0x0ccd0775623bba9e}},
      {0xfedcba9876543210,
       Stream::Test,
       0x0123456789abcdef,
       {0x5e5e8a6d94962209, 0x94216361ae809d65, 0x773cb5d7db97dc0c}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(first_bits(Random(one.seed, one.stream, one.index)), one.bits)
        << "seed " << one.seed << ", stream " << static_cast<int>(one.stream) << ", index " << one.index;
  }
}

TEST(Random, DerivesEveryDistributionFromTheSameNumbers) {
  Random uniform(1, Stream::Test);
  EXPECT_EQ(uniform.uniform(), 0x1.58f8bbd5a8a33p-1);
  EXPECT_EQ(uniform.uniform(), 0x1.e53c9aeffd120p-3);
  EXPECT_EQ(uniform.uniform(-2, 6), -2 + 8 * 0x1.e6e7ea6064ecfp-1);
  Random normal(1, Stream::Test);
  EXPECT_DOUBLE_EQ(normal.normal(), 0.12275976223551299);
  EXPECT_DOUBLE_EQ(normal.normal(), -0.35149951460603773);
  EXPECT_DOUBLE_EQ(normal.normal(), -1.3720639395711804);
  Random below(1, Stream::Test);
  std::array<std::uint64_t, 12> digits{};
  std::ranges::generate(digits, [&] { return below.below(10); });
  EXPECT_THAT(digits, ElementsAre(5, 0, 6, 2, 0, 3, 8, 6, 5, 7, 7, 4));
  EXPECT_THAT(shuffled(Random(1, Stream::Shuffle, 0), 10), ElementsAre(2, 9, 4, 5, 0, 3, 1, 6, 8, 7));
  EXPECT_THAT(shuffled(Random(1, Stream::Shuffle, 1), 10), ElementsAre(8, 7, 9, 2, 5, 1, 6, 3, 4, 0));
}

TEST(Random, IsUniform) {
  Random random(5, Stream::Test);
  const std::vector<double> values = sample([&] { return random.uniform(); });
  EXPECT_THAT(values, Each(AllOf(Ge(0), Lt(1))));
  EXPECT_NEAR(moment(values, 0, 1), 1.0 / 2, five_sigma(1.0 / 12));
  EXPECT_NEAR(moment(values, 0.5, 2), 1.0 / 12, five_sigma(1.0 / 180));
  const std::vector<double> moved = sample([&] { return random.uniform(-3, 5); });
  EXPECT_THAT(moved, Each(AllOf(Ge(-3), Lt(5))));
  EXPECT_NEAR(moment(moved, 0, 1), 1, five_sigma(64.0 / 12));
}

TEST(Random, IsNormal) {
  Random random(5, Stream::Test);
  const std::vector<double> values = sample([&] { return random.normal(); });
  // E[x²ᵏ] = (2k - 1)!!, so the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
  EXPECT_NEAR(moment(values, 0, 1), 0, five_sigma(1));
  EXPECT_NEAR(moment(values, 0, 2), 1, five_sigma(2));
  EXPECT_NEAR(moment(values, 0, 3), 0, five_sigma(15));
  EXPECT_NEAR(moment(values, 0, 4), 3, five_sigma(96));
}

TEST(RandomBelow, ReachesEveryResultAlike) {
  Random random(5, Stream::Test);
  for (const std::uint64_t bound : {1U, 2U, 6U, 10U}) {
    std::vector<double> counts(bound);
    for (int i = 0; i < draws; ++i) ++counts.at(random.below(bound));
    const double p = 1.0 / static_cast<double>(bound);
    for (const double count : counts) EXPECT_NEAR(count / draws, p, five_sigma(p * (1 - p))) << bound;
  }
}

TEST(RandomBelow, HasNoBiasWhereTheBoundDoesNotDivide) {
  // Of 2⁶⁴ remainders of 3·2⁶², a plain % would find half below 2⁶² instead of a third.
  Random random(5, Stream::Test);
  int low = 0;
  for (int i = 0; i < draws; ++i) low += random.below(3ULL << 62U) < (1ULL << 62U) ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(low) / draws, 1.0 / 3, five_sigma(2.0 / 9));
}

TEST(RandomShuffle, MakesEveryOrderAlikeLikely) {
  Random random(5, Stream::Test);
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < draws; ++i) {
    std::vector<int> order = {0, 1, 2, 3};
    random.shuffle(order);
    ++counts[order];
  }
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [order, count] : counts) {
    EXPECT_NEAR(static_cast<double>(count) / draws, 1.0 / 24, five_sigma(23.0 / 576)) << testing::PrintToString(order);
  }
}

TEST(RandomShuffle, KeepsTheElements) {
  EXPECT_THAT(shuffled(Random(1, Stream::Shuffle), 0), IsEmpty());
  EXPECT_THAT(shuffled(Random(1, Stream::Shuffle), 1), ElementsAre(0));
  std::vector<int> values = {4, 4, 7, -1, 7, 7};
  Random(1, Stream::Shuffle).shuffle(values);
  EXPECT_THAT(values, UnorderedElementsAre(4, 4, 7, -1, 7, 7));
}

TEST(Random, DependsOnSeedStreamAndIndexAlone) {
  const std::vector<int> order = shuffled(Random(1, Stream::Shuffle, 2), 100);
  EXPECT_EQ(shuffled(Random(1, Stream::Shuffle, 2), 100), order);
  EXPECT_NE(shuffled(Random(2, Stream::Shuffle, 2), 100), order);
  EXPECT_NE(shuffled(Random(1, Stream::Test, 2), 100), order);
  EXPECT_NE(shuffled(Random(1, Stream::Shuffle, 3), 100), order);
  EXPECT_NE(shuffled(Random(2, Stream::Shuffle, 1), 100), order);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
