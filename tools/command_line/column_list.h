#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Names of columns, separated by commas, as --targets takes them: `price,"length, cm"`. A name in double quotes may
/// hold commas, and "" for a quote, as in CSV. Throws UsageError for an empty name and for quotes that do not fit.
std::vector<std::string> parse_columns(std::string_view text);

/// The inverse. Only names that need quotes get them.
std::string format_columns(std::span<const std::string> names);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
