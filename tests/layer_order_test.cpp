#include "models/layer_order.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using Indices = std::vector<std::size_t>;
using Order = std::optional<Indices>;
using Sizes = std::vector<LayerSizes>;

TEST(FirstBreak, IsTheFirstLayerThatDoesNotFollow) {
  EXPECT_EQ(first_break(Sizes{}), std::nullopt);
  EXPECT_EQ(first_break(Sizes{{3, 2}}), std::nullopt);
  EXPECT_EQ(first_break(Sizes{{3, 2}, {2, 4}, {4, 4}}), std::nullopt);
  EXPECT_EQ(first_break(Sizes{{3, 2}, {2, 4}, {5, 4}, {5, 1}}), 2U);
}

TEST(OnlyOrder, FindsTheOrderWhereThereIsOne) {
  EXPECT_EQ(only_order(Sizes{{2, 1}, {3, 2}}), Order(Indices{1, 0}));
  EXPECT_EQ(only_order(Sizes{{6, 10}, {36, 8}, {8, 6}}), Order(Indices{1, 2, 0}));
  EXPECT_EQ(only_order(Sizes{{8, 10}, {8, 8}, {36, 8}}), Order(Indices{2, 1, 0}));
  EXPECT_EQ(only_order(Sizes{{2, 3}, {3, 1}, {3, 2}}), Order(Indices{2, 0, 1}));  // 3-2-3-1
}

TEST(OnlyOrder, FindsNothingWhereThereAreNoneOrSeveral) {
  EXPECT_EQ(only_order(Sizes{{3, 2}, {4, 1}}), std::nullopt);  // 2 is not 4
  EXPECT_EQ(only_order(Sizes{{3, 2}, {3, 2}}), std::nullopt);
  EXPECT_EQ(only_order(Sizes{{3, 2}, {2, 3}, {5, 5}}), std::nullopt);          // balanced, but apart
  EXPECT_EQ(only_order(Sizes{{8, 1}, {8, 8}, {8, 8}, {3, 8}}), std::nullopt);  // two middle layers alike
  EXPECT_EQ(only_order(Sizes{{3, 2}, {2, 3}}), std::nullopt);                  // 3-2-3 or 2-3-2
  EXPECT_EQ(only_order(Sizes{{1, 2}, {2, 1}, {1, 3}, {3, 1}, {1, 4}}), std::nullopt);
}

/// By trying all orders.
Order only_order_of_all(const Sizes& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Order only;
  do {
    Sizes sorted;
    for (const std::size_t i : order) sorted.push_back(layers[i]);
    if (first_break(sorted)) continue;
    if (only) return std::nullopt;
    only = order;
  } while (std::next_permutation(order.begin(), order.end()));
  return only;
}

TEST(OnlyOrder, AgreesWithATrialOfAllOrders) {
  Random random(1, Random::Stream::Test);
  const auto size = [&] { return static_cast<int>(random.uniform(1, 5)); };
  int found = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    Sizes layers;
    // Half of the trials are chains with their layers in another order.
    int last = size();
    for (int i = 0; i < 1 + trial % 6; ++i) {
      const int inputs = trial % 2 == 0 ? last : size();
      last = size();
      layers.push_back({.inputs = inputs, .outputs = last});
    }
    std::ranges::reverse(layers);
    const Order expected = only_order_of_all(layers);
    EXPECT_EQ(only_order(layers), expected);
    found += expected ? 1 : 0;
  }
  EXPECT_GT(found, 300);
  EXPECT_LT(found, 1700);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
