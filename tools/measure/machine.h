#pragma once

#include <cstddef>
#include <string>

#include "framework/real.h"

/// What Linux says of the processor and of this process, in /proc.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "unknown" where it is not said.
std::string processor_model();

/// Bytes in memory at most since the start, or the last reset_peak_memory().
std::size_t peak_memory();
/// false where the system does not allow it: the peak stays that since the start.
bool reset_peak_memory();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
