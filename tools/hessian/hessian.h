#pragma once

#include "tools/hessian/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Runs the tool in this precision. Returns the exit status, and prints a message on standard error unless it is 0.
int hessian(const HessianOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
