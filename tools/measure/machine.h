#pragma once

#include <cstddef>
#include <string>

#include "framework/real.h"

/// What Linux reports in /proc about the processor and this process.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "unknown" if it is not reported.
std::string processor_model();

/// Peak memory in bytes since the start, or since the last reset_peak_memory().
std::size_t peak_memory();
/// Returns false if the system does not allow it. The peak then still counts from the start.
bool reset_peak_memory();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
