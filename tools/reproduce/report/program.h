#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// The program's path: as it is where it has a '/', else what PATH has; empty where that has none.
std::string find_program(const std::string& name);

/// Throws Error naming the Debian package where the program is not in PATH.
void require_program(const std::string& name, std::string_view package);

/// What the program, found in PATH, prints when given `input`. Throws Error with the last line of its complaint where
/// it cannot be started or its status is not 0.
std::string filter(const std::string& name, const std::vector<std::string>& arguments, std::string_view input);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
