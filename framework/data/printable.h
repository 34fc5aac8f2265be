#pragma once

#include <string>
#include <string_view>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Text from a file for a message: one line that a terminal can show, in valid UTF-8. Control characters and bytes that
/// are not UTF-8 become \n, \t, \r or \xHH. "..." takes the place of what follows the first 60 characters.
std::string printable(std::string_view text);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
