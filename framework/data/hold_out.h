#pragma once

#include <cstdint>

#include "framework/data/dataset.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct HeldOut {
  Dataset rest;
  Dataset held_out;
};

/// Holds a share of the samples out of a data set, such as for validation: a function of seed and data alone. Of
/// classes the same share of each, to a sample or so, but never all of its samples. Both parts keep the order of the
/// samples.
///
/// Throws UsageError unless both parts have a sample.
HeldOut hold_out(Dataset data, double share, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
