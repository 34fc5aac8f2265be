#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Runs tools/train with these arguments in this precision. Returns the exit status, and prints a message on standard
/// error unless it is 0.
int train(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
