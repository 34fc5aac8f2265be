#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The number of threads that kernels and BLAS share: both take them from the OpenMP pool. Results depend on this
/// number, so set it for runs that must agree bit for bit. Throws UsageError if it is below 1.
void set_threads(int threads);
int threads();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
