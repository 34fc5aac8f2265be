#pragma once

#include <concepts>
#include <cstddef>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Converts a number that is not negative (a node, a layer, a count of rows) to an index or size of a container.
template <std::signed_integral T>
CURVEGRAPH_DEVICE constexpr std::size_t to_index(T number) {
  return static_cast<std::size_t>(number);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
