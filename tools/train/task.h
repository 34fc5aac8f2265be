#pragma once

#include <optional>

#include "framework/data/dataset.h"
#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// What --task decides: what the targets are, and which criteria are for them.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// --task, by default classification for images; nothing for tables, whose targets say it once they are read.
/// UsageError where the data is not for it.
std::optional<Task> task_option(const ArgumentValues& values, const DatasetFormat& format);

/// The criterion of a task unless another is asked for: cross-entropy, squared-error, sigmoid-cross-entropy.
const Op& default_criterion(Task task);

/// UsageError where the criterion is for targets that sum to one, and those of the task do not.
void require_fitting_criterion(Task task, const Op& criterion);
/// UsageError where the criterion is for targets in [0, 1], and the data has others.
void require_fitting_targets(const Dataset& data, const Op& criterion);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
