#pragma once

#include <string>

#include "tools/bench/report.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A table for people, with a legend.
std::string format_table(const BenchOptions& options, const BenchReport& report);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
