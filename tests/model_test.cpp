#include "models/model.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/random.h"
#include "models/mlp.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;

const std::vector<int> layers{120, 60, 60, 60, 10};

Model initialized(std::uint64_t seed) {
  Model model = mlp(layers, sigmoid, squared_error);
  initialize_xavier(*model.graph, seed);
  return model;
}

std::vector<std::vector<real>> model_parameters(const Model& model) {
  std::vector<std::vector<real>> values;
  for (const Tensor& parameter : model.graph->parameters()) values.push_back(parameter.to_host());
  return values;
}

/// √(6/(nₜ₋₁ + nₜ)) of the layer whose weight has that shape.
double limit(Shape weight) { return std::sqrt(6.0 / (weight.rows + weight.cols)); }

TEST(InitializeXavier, FillsTheIntervalOfEachLayer) {
  const Model model = initialized(1);
  for (std::size_t p = 0; p < 2 * (layers.size() - 1); p += 2) {
    const Tensor& weight = model.graph->parameters()[p];
    const double bound = limit(weight.shape());
    const std::vector<real> values = weight.to_host();
    const auto [low, high] = std::ranges::minmax(values);
    EXPECT_GE(low, static_cast<real>(-bound)) << p;
    EXPECT_LE(high, static_cast<real>(bound)) << p;
    // Of n ≥ 600 weights, none lies in the outer 2% of one side with a probability of 0.99ⁿ < 0.3%.
    EXPECT_LT(low, -0.98 * bound) << p;
    EXPECT_GT(high, 0.98 * bound) << p;
  }
}

TEST(InitializeXavier, HasTheMomentsOfTheUniformDistribution) {
  constexpr double deviations = 5;  // a chance of 6e-7 each
  const Model model = initialized(1);
  for (std::size_t p = 0; p < 2 * (layers.size() - 1); p += 2) {
    const Tensor& weight = model.graph->parameters()[p];
    const double square = limit(weight.shape()) * limit(weight.shape());
    const auto count = static_cast<double>(weight.size());
    double mean = 0;
    double second = 0;
    for (const double value : weight.to_host()) {
      mean += value / count;
      second += value * value / count;
    }
    // Of w uniform in ±l:  Var w = l²/3,   Var w² = E w⁴ - (E w²)² = l⁴/5 - l⁴/9 = 4 l⁴/45
    EXPECT_NEAR(mean, 0, deviations * std::sqrt(square / 3 / count)) << p;
    EXPECT_NEAR(second, square / 3, deviations * square * std::sqrt(4.0 / 45 / count)) << p;
  }
}

TEST(InitializeXavier, SetsBiasesToZero) {
  Model model = mlp(layers, sigmoid, squared_error);
  for (Tensor& parameter : model.graph->parameters()) fill(parameter, 7);
  initialize_xavier(*model.graph, 1);
  for (std::size_t p = 1; p < 2 * (layers.size() - 1); p += 2) {
    EXPECT_THAT(model.graph->parameters()[p].to_host(), Each(real{0})) << p;
  }
}

TEST(InitializeXavier, DependsOnTheSeedAlone) {
  EXPECT_EQ(model_parameters(initialized(1)), model_parameters(initialized(1)));

  Model again = initialized(2);
  initialize_xavier(*again.graph, 1);
  EXPECT_EQ(model_parameters(again), model_parameters(initialized(1)));

  const auto first = model_parameters(initialized(1));
  for (const std::uint64_t seed : {0ULL, 2ULL, 1ULL << 32U, (1ULL << 32U) + 1}) {
    const auto other = model_parameters(initialized(seed));
    for (std::size_t p = 0; p < first.size(); p += 2) EXPECT_NE(other[p], first[p]) << seed << ", " << p;
  }
}

TEST(InitializeXavier, DrawsColumnAfterColumnInOneSequence) {
  // Layers of one piece, of several whole ones and a rest, and of columns that are longer than a piece.
  const std::vector<int> wide{4000, 50, 70'000, 3};
  Model model = mlp(wide, sigmoid, squared_error);
  initialize_xavier(*model.graph, 5);
  Random random(5, Random::Stream::Initialisation);
  for (std::size_t p = 0; p < 2 * (wide.size() - 1); p += 2) {
    const Tensor& weight = model.graph->parameters()[p];
    const double bound = limit(weight.shape());
    std::vector<real> expected(weight.size());
    for (real& value : expected) value = static_cast<real>(random.uniform(-bound, bound));
    EXPECT_TRUE(weight.to_host() == expected) << p;
  }
}

TEST(InitializeXavier, DrawsEveryLayerAnew) {
  const auto values = model_parameters(initialized(1));
  EXPECT_NE(values[2], values[4]);  // both 60 × 60
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
