#pragma once

#include "framework/data/dataset.h"
#include "framework/data/target_normalization.h"
#include "framework/op.h"

/// What follows from a task: which criteria are for its targets, and how targets are standardised.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Cross-entropy for classes, the squared error for numbers, the sigmoid's cross-entropy for an autoencoder's inputs.
const Op& default_criterion(Task task);

/// Throws UsageError if the criterion is for targets that sum to one, and those of the task do not.
void require_fitting_criterion(Task task, const Op& criterion);
/// Throws UsageError if the criterion is for targets in [0, 1], and the data has others.
void require_fitting_targets(const Dataset& data, const Op& criterion);

/// For targets that are numbers: Standard; Robust with Tukey's biweight, whose constant is made for residuals in units
/// of a robust deviation; None with a criterion for fractions. For other targets: None.
NormalizeTargets default_target_normalization(const Dataset& train, const Op& criterion);
/// Throws UsageError if the targets are classes; also if `kind` is not None and they are fractions, or an autoencoder's
/// `bytes`.
void require_fitting_target_normalization(NormalizeTargets kind, Task task, const Op& criterion, bool bytes);

/// Feature for numbers; Channel for images, because single features of bytes have no unit of their own.
Normalize default_normalization(const Dataset& train);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
