#include "framework/data/arrays.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(RegressionData, HoldsTheArrays) {
  const Dataset data = regression_data({1, 2, 3, 4, 5, 6}, 3, {7, 8, 9, 10}, 2);
  EXPECT_EQ(data.task, Task::Regression);
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.outputs(), 2);
  EXPECT_THAT(data.sample_numbers(1), ElementsAre(4, 5, 6));
  EXPECT_THAT(data.sample_targets(1), ElementsAre(9, 10));
}

TEST(ClassificationData, CountsTheClasses) {
  const Dataset data = classification_data({1, 2, 3}, 1, {0, 4, 2});
  EXPECT_EQ(data.task, Task::Classification);
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.outputs(), 5);
  EXPECT_THAT(data.labels, ElementsAre(0, 4, 2));
  EXPECT_EQ(classification_data({1}, 1, {0}, 3).outputs(), 3);
}

TEST(Arrays, RefuseWhatDoesNotFit) {
  const auto refused = [](auto make, const char* message) {
    EXPECT_THAT([&] { make(); }, ThrowsMessage<UsageError>(HasSubstr(message)));
  };
  refused([] { return regression_data({1, 2, 3}, 2, {1}); }, "inputs: 3 numbers, expected a multiple of 2");
  refused([] { return regression_data({}, 2, {}); }, "inputs: 0 numbers");
  refused([] { return regression_data({1}, 0, {1}); }, "inputs: 0 columns");
  refused([] { return regression_data({1, 2}, 1, {1}); }, "2 samples of inputs and 1 of targets");
  refused(
      [] {
        return regression_data({1, std::numeric_limits<real>::infinity()}, 2, {1});
      },
      "inputs: sample 0, column 1 (counted from 0) is inf");
  refused([] { return classification_data({1, 2}, 1, {0, 256}); }, "label 256 of sample 1");
  refused([] { return classification_data({1, 2}, 1, {0, -1}); }, "label -1 of sample 1");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
