#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Threads that kernels and BLAS share: both take theirs from the OpenMP pool. Results depend on the number, so runs
/// that must agree bit for bit name it. At least 1, else UsageError.
void set_threads(int threads);
int threads();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
