#pragma once

#include <string_view>

#include "framework/real.h"

namespace curvegraph {

/// What to do about the missing values of a table. The same type in both precisions.
enum class Missing {
  Refuse,  ///< throw Error
  Drop,    ///< leave out the rows that have some
  Mean,    ///< for inputs take the column's mean over the training set; leave out rows without a target
};

}  // namespace curvegraph

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "refuse", "drop" or "mean". Throws UsageError listing these for any other name.
Missing missing_from_name(std::string_view name);
std::string_view name(Missing missing);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
