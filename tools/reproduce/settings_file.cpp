#include "tools/reproduce/settings_file.h"

#include <nlohmann/json.hpp>

#include "framework/io/atomic_file.h"
#include "tools/reproduce/files.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kChosenBy = "chosen-by";

}  // namespace

SettingsTable read_settings(const std::filesystem::path& path) {
  SettingsTable table;
  if (!std::filesystem::exists(path)) return table;
  const auto by_method =
      read_json(path, [](const nlohmann::json& file) { return file.get<std::map<std::string, MethodSettings>>(); });
  for (const auto& [method, values] : by_method) {
    ChosenSettings& chosen = table[method];
    chosen.values = values;
    const auto found = chosen.values.find(kChosenBy);
    if (found == chosen.values.end()) continue;
    chosen.chosen_by = found->second;
    chosen.values.erase(found);
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
