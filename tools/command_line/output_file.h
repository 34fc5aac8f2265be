#pragma once

#include <filesystem>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Checks the file of `option` before anything is computed for it. Throws UsageError if the file exists and this
/// program did not write it, as `ours` decides, and Error if its folder does not exist.
void require_replaceable(const char* option, const std::filesystem::path& path,
                         bool (*ours)(const std::filesystem::path&));

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
