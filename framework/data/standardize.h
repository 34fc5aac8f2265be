#pragma once

#include <span>

#include "framework/data/normalization.h"
#include "framework/real.h"

/// Mean and scale of each column of a table of numbers, which is stored row after row. Computed in double; the result
/// is the same on any number of threads.
///
/// A deviation within rounding, 1e-6 of the column's largest magnitude in float and 2e-15 in double, means nothing.
/// Such a column counts as constant. Its scale is this magnitude, or 1 if the magnitude is zero. Its values become 0,
/// and values of another table become as large as their relative change. Scales are normal numbers, so that division by
/// them is safe.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Mean and population standard deviation.
Normalization standardize(std::span<const real> table, int columns);

/// The mean is the median m. The scale is 1.4826 times the median of |v - m|, which is the standard deviation for
/// normal values and does not depend on how far off outliers are. If this is zero, as when more than half of the values
/// are equal, or within rounding of m, the scale is that of standardize(). The median of an even number of
/// values is the mean of the middle two.
Normalization standardize_robustly(std::span<const real> table, int columns);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
