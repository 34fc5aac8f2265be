#pragma once

#include <optional>

#include "framework/data/dataset.h"
#include "tools/command_line/arguments.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// --task; by default classification for images, and nothing for tables, whose targets decide the task once they are
/// read. Throws UsageError if the data does not fit the task.
std::optional<Task> task_option(const ArgumentValues& values, const DatasetFormat& format);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
