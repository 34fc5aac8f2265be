#pragma once

#include "tools/hessian/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The whole run in this precision; the exit status, with a message on standard error unless it is 0.
int hessian(const HessianOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
