#include "tools/train/task.h"

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::optional<Task> task_option(const ArgumentValues& values, const DatasetFormat& format) {
  if (!values.given("task")) return format.table ? std::nullopt : std::optional(Task::Classification);
  const Task task = values.named("task", task_from_name);
  if (task == Task::Regression && !format.table) {
    throw UsageError(fmt::format(
        "--task regression: {} has images with labels, expected the task classification or autoencoder", format.name));
  }
  return task;
}

void require_fitting_target_normalization(NormalizeTargets kind, Task task, const Op& criterion, bool bytes) {
  if (task == Task::Classification) {
    throw UsageError(fmt::format(
        "--normalize-targets {}: has no effect on classes, expected it left out for classification", name(kind)));
  }
  if (kind == NormalizeTargets::None) return;
  if (criterion.targets == Op::Targets::Fractions) {
    throw UsageError(
        fmt::format("--normalize-targets {}: --criterion {} takes targets in [0, 1] as they are, expected none, or "
                    "another --criterion",
                    name(kind), criterion.name));
  }
  if (task == Task::Autoencoder && bytes) {
    throw UsageError(
        fmt::format("--normalize-targets {}: the targets are bytes, which are byte/255, expected none", name(kind)));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
