#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// `reproduce race`, with the arguments from that word on. Throws UsageError, and what run_race() throws.
void race_command(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
