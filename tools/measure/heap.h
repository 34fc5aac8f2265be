#pragma once

#include <cstddef>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Bytes that all threads of this process hold from malloc, including malloc's overhead for each allocation, but not
/// OpenBLAS's own buffers and stacks.
std::size_t heap_in_use();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
