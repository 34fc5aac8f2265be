#pragma once

#include <optional>

#include "framework/data/dataset.h"
#include "tools/command_line/arguments.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// --task, by default classification for images; nothing for tables, whose targets say it once they are read.
/// UsageError where the data is not for it.
std::optional<Task> task_option(const ArgumentValues& values, const DatasetFormat& format);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
