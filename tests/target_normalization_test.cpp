#include "framework/data/target_normalization.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/standardize.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

/// Three samples of two inputs and one target.
Dataset table(Task task) {
  return {.name = "table",
          .features = 2,
          .task = task,
          .numbers = {1, 10, 3, 20, 9, 30},
          .target_columns = 1,
          .targets = {5, 7, 100}};
}

TEST(FitTargets, IsOfTheTargetsOrOfTheInputsOfAutoencoders) {
  for (const Task task : {Task::Regression, Task::Autoencoder}) {
    const Dataset data = table(task);
    const std::vector<real>& numbers = task == Task::Regression ? data.targets : data.numbers;
    const int columns = task == Task::Regression ? 1 : 2;
    const Normalization standard = fit_targets(data, NormalizeTargets::Standard);
    EXPECT_EQ(standard.mean, standardize(numbers, columns).mean);
    EXPECT_EQ(standard.scale, standardize(numbers, columns).scale);
    const Normalization robust = fit_targets(data, NormalizeTargets::Robust);
    EXPECT_EQ(robust.mean, standardize_robustly(numbers, columns).mean);
    EXPECT_EQ(robust.scale, standardize_robustly(numbers, columns).scale);
    EXPECT_NE(robust.scale, standard.scale);
    EXPECT_TRUE(fit_targets(data, NormalizeTargets::None).empty());
    EXPECT_FALSE(robust.empty());
  }
}

TEST(FitTargets, RefusesTargetsThatAreNoNumbers) {
  Dataset bytes{.name = "bytes", .features = 2, .values = {1, 2, 3, 4}, .task = Task::Autoencoder};
  Dataset none = table(Task::Regression);
  none.targets.clear();
  for (const Dataset& data : {table(Task::Classification), bytes, none}) {
    EXPECT_THAT(
        [&] { fit_targets(data, NormalizeTargets::Robust); },
        ThrowsMessage<UsageError>(data.name + ": has no numbers as targets to fit the normalization robust to"));
    EXPECT_TRUE(fit_targets(data, NormalizeTargets::None).empty());
  }
}

TEST(NormalizeTargets, HasNames) {
  for (const NormalizeTargets kind : {NormalizeTargets::Standard, NormalizeTargets::Robust, NormalizeTargets::None}) {
    EXPECT_EQ(normalize_targets_from_name(name(kind)), kind);
  }
  EXPECT_EQ(name(NormalizeTargets::Robust), "robust");
  EXPECT_THAT(
      [] { normalize_targets_from_name("mad"); },
      ThrowsMessage<UsageError>(R"(unknown normalization of targets "mad", expected standard, robust or none)"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
