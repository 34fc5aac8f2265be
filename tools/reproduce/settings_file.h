#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tools/reproduce/method.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The settings of a method, and where they are from.
struct ChosenSettings {
  MethodSettings values = {};
  std::string chosen_by = {};  ///< "search", "default", or the name of a file
};

/// By Method::id().
using SettingsTable = std::map<std::string, ChosenSettings>;

/// Empty where there is no file. Throws Error where it is not such a table.
SettingsTable read_settings(const std::filesystem::path& path);
void write_settings(const std::filesystem::path& path, const SettingsTable& table);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
