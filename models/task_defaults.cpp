#include "models/task_defaults.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include <fmt/core.h>

#include "framework/error.h"
#include "ops/ops.h"
#include "ops/registry.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

const Op& default_criterion(Task task) {
  switch (task) {
    case Task::Classification:
      return softmax_cross_entropy;
    case Task::Regression:
      return squared_error;
    default:
      return sigmoid_cross_entropy;
  }
}

void require_fitting_criterion(Task task, const Op& criterion) {
  if (task == Task::Classification || criterion.targets != Op::Targets::Distributions) return;
  std::vector<const Op*> fitting;
  std::ranges::copy_if(criteria(), std::back_inserter(fitting),
                       [](const Op* op) { return op->targets != Op::Targets::Distributions; });
  throw UsageError(fmt::format("criterion {}: is for classes, expected one of {} for {}", criterion.name,
                               names(fitting), name(task)));
}

void require_fitting_targets(const Dataset& data, const Op& criterion) {
  if (criterion.targets != Op::Targets::Fractions) return;
  const std::span<const real> targets = data.task == Task::Autoencoder ? data.numbers : data.targets;
  const auto outside = std::ranges::find_if(targets, [](real target) { return target < 0 || target > 1; });
  if (outside == targets.end()) return;
  throw UsageError(
      fmt::format("criterion {}: sample {} of {} (counted from 0) has the target {}, expected numbers in "
                  "[0, 1]",
                  criterion.name, (outside - targets.begin()) / data.outputs(), data.name, *outside));
}

NormalizeTargets default_target_normalization(const Dataset& train, const Op& criterion) {
  const bool numbers = train.task == Task::Regression || (train.task == Task::Autoencoder && train.has_numbers());
  if (!numbers || criterion.targets != Op::Targets::Numbers) return NormalizeTargets::None;
  return &criterion == &tukey_biweight ? NormalizeTargets::Robust : NormalizeTargets::Standard;
}

void require_fitting_target_normalization(NormalizeTargets kind, Task task, const Op& criterion, bool bytes) {
  if (task == Task::Classification) {
    throw UsageError(fmt::format(
        "normalize-targets {}: has no effect on classes, expected it left out for classification", name(kind)));
  }
  if (kind == NormalizeTargets::None) return;
  if (criterion.targets == Op::Targets::Fractions) {
    throw UsageError(
        fmt::format("normalize-targets {}: criterion {} takes targets in [0, 1] as they are, expected none, or "
                    "another criterion",
                    name(kind), criterion.name));
  }
  if (task == Task::Autoencoder && bytes) {
    throw UsageError(
        fmt::format("normalize-targets {}: the targets are bytes, which are byte/255, expected none", name(kind)));
  }
}

Normalize default_normalization(const Dataset& train) {
  return train.has_numbers() ? Normalize::Feature : Normalize::Channel;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
