#include "framework/natural_order.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(NaturalOrder, ComparesDigitsAsNumbers) {
  // Every text comes before all that follow it.
  const std::vector<std::string> sorted = {"",
                                           "0.",
                                           "1.",
                                           "02.",
                                           "2.",
                                           "10.",
                                           "99999999999999999999999.",
                                           "100000000000000000000000.",
                                           "Fc",
                                           "fc",
                                           "fc.",
                                           "fc0",
                                           "fc1",
                                           "fc1a",
                                           "fc2",
                                           "fc10",
                                           "fc_1",
                                           "net.2.b9.",
                                           "net.2.b10.",
                                           "net.10.b1.",
                                           "\xc3\xa9"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(natural_less(sorted[i], sorted[j]), i < j) << sorted[i] << " and " << sorted[j];
    }
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
