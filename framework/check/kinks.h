#pragma once

#include <vector>

#include "framework/check/op_check.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The samples (columns) of a point that have an entry within about `distance` of where f', f'' or f''' of the op
/// jumps: a kink, as of relu at zero. A difference across one says nothing about the rules. Looks at third differences
/// of the gradient, so a smooth op that bends very sharply may be reported too.
std::vector<int> samples_near_kinks(const Op& op, const OpPoint& point, double distance = 1e-4);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
