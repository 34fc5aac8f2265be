#pragma once

#include <string_view>

#include "framework/data/dataset.h"
#include "framework/data/normalization.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What targets that are numbers are standardised by, each column on its own: mean and standard deviation, median and
/// median absolute deviation, or nothing.
enum class NormalizeTargets { Standard, Robust, None };

/// "standard", "robust" or "none". Throws UsageError listing these for any other name.
NormalizeTargets normalize_targets_from_name(std::string_view name);
std::string_view name(NormalizeTargets kind);

/// Networks and steps are made for targets of order one: target = (number - mean) / scale, see standardize() and
/// standardize_robustly(). The numbers are the targets of regression, or of autoencoders the inputs. Empty for None.
/// Throws UsageError where the targets are no numbers (classes, bytes) or there are none.
Normalization fit_targets(const Dataset& train, NormalizeTargets kind);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
