#include "tools/command_line/presets.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"
#include "tools/command_line/optimizer_table.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

SecondOrderOptions default_options() { return {}; }

constexpr std::array kPresets{
    Preset{"default", "trained fastest on all tasks of this project", default_options, 100},
    Preset{"paper", "method and settings of the paper (EA-CG; Chen, Chou and Chang, 2019)", paper_options, 500},
};

const Preset& find_preset(std::string_view name) {
  const auto* const found = std::ranges::find(kPresets, name, &Preset::name);
  if (found != kPresets.end()) return *found;
  throw UsageError(fmt::format("--preset: unknown preset '{}', expected one of default, paper", name));
}

std::string value_of(const Preset& preset, std::string_view option) {
  for (const auto& [name, value] : values_of(preset)) {
    if (name == option) return value;
  }
  return {};
}

}  // namespace

std::span<const Preset> presets() { return kPresets; }

std::vector<std::pair<std::string, std::string>> values_of(const Preset& preset) {
  OptimizerOptions options;
  static_cast<SecondOrderOptions&>(options) = preset.options();
  std::vector<std::pair<std::string, std::string>> values{{"batch-size", fmt::format("{}", preset.batch_size)}};
  for (const OptimizerOption& row : optimizer_table()) {
    if (row.has_presets()) values.emplace_back(row.name, row.text(options));
  }
  return values;
}

void apply_preset(boost::program_options::variables_map& values) {
  for (const auto& [option, value] : values_of(find_preset(values["preset"].as<std::string>()))) {
    // Marked as defaults, so that an option counts as given only if the user gives it. insert() keeps existing values.
    values.insert({option, boost::program_options::variable_value(boost::any(value), true)});
  }
}

std::string with_presets(std::string_view option, std::string text, std::string_view preset) {
  const std::string own = value_of(find_preset(preset), option);
  text += fmt::format("; by default {}", own);
  for (const Preset& other : kPresets) {
    if (const std::string value = value_of(other, option); value != own) {
      text += fmt::format(", with --preset {} {}", other.name, value);
    }
  }
  return text;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
