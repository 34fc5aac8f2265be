#include "tools/reproduce/settings_file.h"

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kChosenBy = "chosen-by";

}  // namespace

SettingsTable read_settings(const std::filesystem::path& path) {
  SettingsTable table;
  if (!std::filesystem::exists(path)) return table;
  try {
    std::ifstream file(path);
    for (const auto& [method, values] : nlohmann::json::parse(file).get<std::map<std::string, MethodSettings>>()) {
      ChosenSettings& chosen = table[method];
      chosen.values = values;
      const auto found = chosen.values.find(kChosenBy);
      if (found == chosen.values.end()) continue;
      chosen.chosen_by = found->second;
      chosen.values.erase(found);
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: not a table of settings by method: {}", path.string(), error.what()));
  }
  return table;
}

void write_settings(const std::filesystem::path& path, const SettingsTable& table) {
  nlohmann::json json;
  for (const auto& [method, chosen] : table) {
    json[method] = chosen.values;
    json[method][kChosenBy] = chosen.chosen_by;
  }
  replace_file(path, json.dump(2) + "\n");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
