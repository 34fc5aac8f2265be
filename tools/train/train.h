#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The whole run that these arguments of tools/train ask for, in this precision; the exit status, with a message on
/// standard error unless it is 0.
int train(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
