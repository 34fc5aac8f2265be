#pragma once

#include <filesystem>
#include <optional>

#include "models/checkpoint.h"
#include "tools/train/halving.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Replaces the file with the state of a search and the settings that it was started with.
void save_search(const std::filesystem::path& path, const Settings& settings, const Halving& state);

/// The state in the file; nothing if there is no file. Throws UsageError if the search has other settings, and Error if
/// the file is not one of save_search().
std::optional<Halving> load_search(const std::filesystem::path& path, const Settings& settings);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
