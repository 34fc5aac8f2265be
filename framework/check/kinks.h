#pragma once

#include <vector>

#include "framework/check/op_check.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The samples (columns) of a point that have an entry within about `distance` of a kink. A kink is a jump of f', f''
/// or f''' of the op, like that of relu at zero. A difference across a kink says nothing about the rules. The search
/// uses third differences of the gradient, so it may also report a smooth op that bends very sharply.
std::vector<int> samples_near_kinks(const Op& op, const OpPoint& point, double distance = 1e-4);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
