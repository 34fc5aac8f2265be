#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "framework/real.h"

/// Files for --config: lines `option = value`. `#` starts a comment, at the start of a line or after a space. A value
/// that begins with `"` is a JSON string, which may hold anything.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Throws UsageError, naming the file and the line, for a line that is not of this form or repeats an option, and for a
/// file that cannot be read.
std::map<std::string, std::string> read_config(const std::filesystem::path& path);

/// A line for such a file, without its end.
std::string config_line(const std::string& option, const std::string& value);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
