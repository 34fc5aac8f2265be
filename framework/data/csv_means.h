#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/data/table.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The mean of each column of inputs over the values that are not missing, which are NaN. Computed in double, row after
/// row. `names`: of the columns. Throws Error for a column in which all values are missing.
std::vector<real> means_of_present(const Table& train, std::span<const std::string> names);

/// Puts the means in the place of the inputs that are NaN.
void fill_missing(Table& table, std::span<const real> means);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
