#pragma once

#include <string_view>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Whether `a` comes before `b`, where digits count as the number that they write: "net.2" comes before "net.10". All
/// other characters compare as bytes. A strict order of all texts; "1" and "01" compare as bytes.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
