#pragma once

#include <cstdint>

#include "framework/data/dataset.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct HeldOut {
  Dataset rest;
  Dataset held_out;
};

/// Holds a share of the samples out of a data set, for example for validation. The choice depends on seed and data
/// alone. With classes, it takes the same share of each class, to a sample or so, but never all samples of a class.
/// Both parts keep the order of the samples.
///
/// Throws UsageError unless both parts have a sample.
HeldOut hold_out(Dataset data, double share, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
