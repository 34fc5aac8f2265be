#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// `reproduce hessian-errors`, with the arguments from that word on. Throws UsageError, and what
/// measure_hessian_errors() and write_report() throw.
void hessian_errors_command(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
