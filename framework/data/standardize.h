#pragma once

#include <span>

#include "framework/data/normalization.h"
#include "framework/real.h"

/// Mean and scale of each column of a table of numbers, which lie row after row. Computed in double; the same on any
/// number of threads.
///
/// A deviation within float's rounding, 1e-6 of the column's largest magnitude, says nothing. That column counts as
/// constant and gets this magnitude for its scale, or 1 if it is zero: its values become 0, and those of another table
/// as large as their relative change. Scales are normal floats, so that one can divide by them.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Mean and population standard deviation.
Normalization standardize(std::span<const float> table, int columns);

/// Median m and 1.4826 times the median of |v - m|, which is the standard deviation of normal values and does not know
/// how far off outliers are. Where that is zero, as when more than half of the values are equal, or within float's
/// rounding of m, the scale is standardize()'s. The median of an even number of values is the mean of the middle two.
Normalization standardize_robustly(std::span<const float> table, int columns);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
