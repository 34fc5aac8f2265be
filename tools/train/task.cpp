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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
