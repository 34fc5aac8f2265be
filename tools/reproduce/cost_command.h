#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// `reproduce cost`, with the arguments from that word on. Throws UsageError, and what
/// measure_cost() and write_report() throw.
void cost_command(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
