#include "framework/optimizers/weight_average.h"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Two parameters, whose elements are `value` and its double.
struct Parameters {
  Graph graph;

  Parameters() {
    graph.parameter({2, 3});
    graph.parameter({1, 1});
  }
  void set(double value) {
    fill(graph.parameters()[0], static_cast<real>(value));
    fill(graph.parameters()[1], static_cast<real>(2 * value));
  }
  [[nodiscard]] double get(std::size_t p = 0) const { return static_cast<double>(graph.parameters()[p].to_host()[0]); }
};

double averaged(WeightAverage& average, const Parameters& parameters, std::size_t p = 0) {
  average.swap();
  const double value = parameters.get(p);
  average.swap();
  return value;
}

TEST(WeightAverage, IsTheRecursion) {
  Parameters parameters;
  WeightAverage average(parameters.graph, 0.25);
  double expected = 0;
  for (int step = 0; step < 200; ++step) {
    const double value = 1 + step % 7;
    parameters.set(value);
    average.add(step);
    if (step < 100) expected += (value - expected) / (0.25 * step + 1);
    if (step >= 100 && step % 10 == 0) expected += (value - expected) * 10 / (0.25 * step + 10);
    EXPECT_NEAR(averaged(average, parameters), expected, 1e-4) << step;
    EXPECT_NEAR(averaged(average, parameters, 1), 2 * expected, 2e-4) << step;
  }
}

/// However long a run is: what was before the last part of it hardly counts.
TEST(WeightAverage, IsOfTheLastPartOfTheSteps) {
  for (const int steps : {90, 1000, 20000}) {
    Parameters parameters;
    WeightAverage average(parameters.graph, 0.1);
    for (int step = 0; step < steps; ++step) {
      parameters.set(step < steps / 2 ? 100 : 1);
      average.add(step);
    }
    EXPECT_NEAR(averaged(average, parameters), 1, 0.3) << steps;
  }
}

TEST(WeightAverage, RestoresAndExchanges) {
  Parameters parameters;
  WeightAverage average(parameters.graph, 0.5);
  parameters.set(3);
  average.add(0);
  parameters.set(7);
  average.swap();
  EXPECT_EQ(parameters.get(), 3);
  average.swap();
  EXPECT_EQ(parameters.get(), 7);
  average.restore();
  EXPECT_EQ(parameters.get(), 3);
  EXPECT_EQ(parameters.get(1), 6);
}

TEST(WeightAverage, GoesOnFromItsState) {
  Parameters parameters;
  WeightAverage first(parameters.graph, 0.1);
  for (int step = 0; step < 5; ++step) {
    parameters.set(step);
    first.add(step);
  }
  WeightAverage second(parameters.graph, 0.1);
  for (std::size_t i = 0; i < first.state().size(); ++i) copy(first.state()[i].values, second.state()[i].values);
  parameters.set(9);
  first.add(5);
  second.add(5);
  EXPECT_EQ(averaged(second, parameters), averaged(first, parameters));
}

/// Scores and files are of the average; training goes on from the parameters.
TEST(WeightAverage, StandsInForTheParametersForAsLongAsAScope) {
  struct Averaging : Optimizer {
    WeightAverage* mean;
    explicit Averaging(WeightAverage* given) : mean(given) {}
    StepSummary step() override { return {}; }
    WeightAverage* average() override { return mean; }
  };
  Parameters parameters;
  WeightAverage average(parameters.graph, 0.5);
  parameters.set(3);
  average.add(0);
  parameters.set(7);
  Averaging with(&average);
  Averaging without(nullptr);
  {
    const AveragedWeights scope(with);
    EXPECT_EQ(parameters.get(), 3);
  }
  EXPECT_EQ(parameters.get(), 7);
  const AveragedWeights scope(without);
  EXPECT_EQ(parameters.get(), 7);
}

TEST(WeightAverage, RefusesAShareThatIsNone) {
  Parameters parameters;
  for (const double share : {0.0, 1.0, -0.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT([&] { WeightAverage(parameters.graph, share); },
                ThrowsMessage<UsageError>(HasSubstr("expected a number in (0, 1)")));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
