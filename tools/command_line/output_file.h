#pragma once

#include <filesystem>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Before anything is computed for the file that `option` names: throws UsageError when it exists and `ours` does not
/// know it for one of the program's own, Error when its folder does not exist.
void require_replaceable(const char* option, const std::filesystem::path& path,
                         bool (*ours)(const std::filesystem::path&));

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
