#pragma once

#include <cstddef>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Bytes that this process holds from malloc, of all threads, with what malloc adds to each piece. Not those of
/// OpenBLAS's own buffers and of stacks.
std::size_t heap_in_use();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
