#pragma once

#include <optional>

#include "framework/data/dataset.h"
#include "framework/data/target_normalization.h"
#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// What --task decides: what the targets are, which criteria are for them, and how they are standardised.

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

/// The normalisation of targets unless another is asked for. Of numbers: standard, robust with Tukey's biweight, whose
/// constant is made for residuals in units of a robust deviation, none with a criterion of fractions. None otherwise.
NormalizeTargets default_target_normalization(const Dataset& train, const Op& criterion);
/// UsageError where that --normalize-targets was given and targets are classes, or it is not none and they are
/// fractions or `bytes`, of autoencoders.
void require_fitting_target_normalization(NormalizeTargets kind, Task task, const Op& criterion, bool bytes);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
