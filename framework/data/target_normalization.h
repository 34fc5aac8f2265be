#pragma once

#include <string_view>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How to standardise targets that are numbers, each column on its own: by mean and standard deviation, by median and
/// median absolute deviation, or not at all.
enum class NormalizeTargets { Standard, Robust, None };

/// "standard", "robust" or "none". Throws UsageError listing these for any other name.
NormalizeTargets normalize_targets_from_name(std::string_view name);
std::string_view name(NormalizeTargets kind);

/// Standardises targets to order one, which networks and steps are made for: target = (number - mean) / scale, see
/// standardize() and standardize_robustly(). The numbers are the targets of regression, or the inputs of autoencoders.
/// Returns an empty normalisation for None. Throws UsageError if the targets are not numbers (classes, bytes) or there
/// are none.
Normalization fit_targets(const Dataset& train, NormalizeTargets kind);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
