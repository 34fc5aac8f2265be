#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// `reproduce arm-data`, with the arguments from that word on. Throws UsageError, or Error where it cannot write.
void arm_data_command(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
