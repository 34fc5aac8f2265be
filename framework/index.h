#pragma once

#include <concepts>
#include <cstddef>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A number that is not negative, such as a node, a layer or a count of rows, as an index or a size of containers.
template <std::signed_integral T>
CURVEGRAPH_DEVICE constexpr std::size_t to_index(T number) {
  return static_cast<std::size_t>(number);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
