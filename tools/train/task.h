#pragma once

#include <optional>

#include "framework/data/dataset.h"
#include "framework/data/target_normalization.h"
#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// The options that depend on the task. models/task_defaults.h has what the task decides.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// --task, by default classification for images; nothing for tables, whose targets say it once they are read.
/// UsageError where the data is not for it.
std::optional<Task> task_option(const ArgumentValues& values, const DatasetFormat& format);

/// UsageError where that --normalize-targets was given and targets are classes, or it is not none and they are
/// fractions or `bytes`, of autoencoders.
void require_fitting_target_normalization(NormalizeTargets kind, Task task, const Op& criterion, bool bytes);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
