#include <gtest/gtest.h>

#include "tools/measure/statistics.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

void expect_quartiles(std::vector<double> numbers, double lower, double median, double upper) {
  const Quartiles found = quartiles(std::move(numbers));
  EXPECT_DOUBLE_EQ(found.lower, lower);
  EXPECT_DOUBLE_EQ(found.median, median);
  EXPECT_DOUBLE_EQ(found.upper, upper);
}

TEST(BenchStatistics, InterpolatesQuartiles) {
  expect_quartiles({7}, 7, 7, 7);
  expect_quartiles({3, 1}, 1.5, 2, 2.5);
  expect_quartiles({5, 1, 4, 2, 3}, 2, 3, 4);
  expect_quartiles({4, 3, 2, 1}, 1.75, 2.5, 3.25);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
