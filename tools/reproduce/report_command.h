#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// tools/reproduce report: writes the report of an experiment's folder anew, from the files that lie there. Throws
/// UsageError naming the option, what was found and what was expected; Error where write_report() does.
void report_command(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
