#include "framework/data/hold_out.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Samples whose two bytes are their number and its double, of three classes: 10, 20 and 1 of them.
Dataset images() {
  Dataset data{.name = "images", .features = 2, .classes = 3};
  for (int i = 0; i < 31; ++i) {
    data.values.push_back(static_cast<std::uint8_t>(i));
    data.values.push_back(static_cast<std::uint8_t>(2 * i));
    data.labels.push_back(static_cast<std::uint8_t>(i < 10 ? 0 : i < 30 ? 1 : 2));
  }
  return data;
}

/// The same as numbers with a target of regression each.
Dataset table_to_split() {
  Dataset data{.name = "table", .features = 2, .task = Task::Regression, .target_columns = 1};
  for (int i = 0; i < 31; ++i) {
    data.numbers.push_back(static_cast<real>(i));
    data.numbers.push_back(static_cast<real>(-i));
    data.targets.push_back(static_cast<real>(10 * i));
  }
  return data;
}

std::vector<int> numbers_of(const Dataset& data) {
  std::vector<int> numbers;
  for (int i = 0; i < data.size(); ++i) {
    numbers.push_back(data.has_numbers() ? static_cast<int>(data.sample_numbers(i)[0]) : data.sample(i)[0]);
  }
  return numbers;
}

TEST(HoldOut, DividesTheSamples) {
  for (const Dataset& data : {images(), table_to_split()}) {
    const HeldOut parts = hold_out(data, 0.3, 1);
    std::vector<int> all = numbers_of(parts.rest);
    EXPECT_TRUE(std::ranges::is_sorted(all)) << "both keep the order";
    const std::vector<int> held_out = numbers_of(parts.held_out);
    EXPECT_TRUE(std::ranges::is_sorted(held_out));
    all.insert(all.end(), held_out.begin(), held_out.end());
    std::ranges::sort(all);
    EXPECT_EQ(all, numbers_of(data)) << "each sample once";
    EXPECT_EQ(held_out.size(), 9U);
  }
}

TEST(HoldOut, KeepsSamplesWithTheirTargets) {
  const HeldOut of_images = hold_out(images(), 0.3, 1);
  for (const Dataset* part : {&of_images.rest, &of_images.held_out}) {
    for (int i = 0; i < part->size(); ++i) {
      const int number = part->sample(i)[0];
      EXPECT_EQ(part->sample(i)[1], 2 * number);
      EXPECT_EQ(part->labels[static_cast<std::size_t>(i)], number < 10 ? 0 : number < 30 ? 1 : 2);
    }
    EXPECT_EQ(part->classes, 3);
  }
  const HeldOut of_table = hold_out(table_to_split(), 0.3, 1);
  for (const Dataset* part : {&of_table.rest, &of_table.held_out}) {
    for (int i = 0; i < part->size(); ++i) {
      EXPECT_EQ(part->sample_numbers(i)[1], -part->sample_numbers(i)[0]);
      EXPECT_EQ(part->sample_targets(i)[0], 10 * part->sample_numbers(i)[0]);
    }
  }
}

TEST(HoldOut, TakesTheSameShareOfEachClassAndNeverAll) {
  const auto counts = [](double share) {
    std::vector<int> all(3);
    for (const std::uint8_t label : hold_out(images(), share, 2).held_out.labels) ++all[label];
    return all;
  };
  EXPECT_THAT(counts(0.3), ElementsAre(3, 6, 0));
  EXPECT_THAT(counts(0.99), ElementsAre(9, 19, 0));
}

/// Four samples a class: a tenth of each is none, a tenth of all is four.
TEST(HoldOut, TakesTheShareOfManySmallClasses) {
  Dataset data{.name = "small classes", .features = 1, .classes = 10};
  for (int i = 0; i < 40; ++i) {
    data.values.push_back(static_cast<std::uint8_t>(i));
    data.labels.push_back(static_cast<std::uint8_t>(i / 4));
  }
  const HeldOut parts = hold_out(data, 0.1, 1);
  EXPECT_EQ(parts.held_out.size(), 4);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_NE(parts.held_out.labels[i], parts.held_out.labels[i - 1]);
}

TEST(HoldOut, IsAFunctionOfTheSeed) {
  EXPECT_EQ(numbers_of(hold_out(images(), 0.3, 7).held_out), numbers_of(hold_out(images(), 0.3, 7).held_out));
  EXPECT_NE(numbers_of(hold_out(images(), 0.3, 7).held_out), numbers_of(hold_out(images(), 0.3, 8).held_out));
}

TEST(HoldOut, RefusesToLeaveAPartEmpty) {
  EXPECT_THAT([] { hold_out(table_to_split(), 0.001, 1); }, ThrowsMessage<UsageError>(HasSubstr("leaves 0 of 31")));
  EXPECT_THAT([] { hold_out(table_to_split(), 0.999, 1); }, ThrowsMessage<UsageError>(HasSubstr("leaves 31 of 0")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
