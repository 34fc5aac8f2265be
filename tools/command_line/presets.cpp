#include "tools/command_line/presets.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Value = std::pair<const char*, const char*>;

constexpr std::array kDefault{
    Value{"curvature", "pch-1"},  Value{"curvature-every", "20"}, Value{"solver", "kfi-joined"},
    Value{"damping", "relative"}, Value{"trust-region", "0.001"}, Value{"momentum", "0"},
    Value{"batch-size", "100"},
};
constexpr std::array kPaper{
    Value{"curvature", "pch-1"}, Value{"curvature-every", "1"}, Value{"solver", "ea-cg"},   Value{"damping", "fixed"},
    Value{"trust-region", "0"},  Value{"momentum", "0"},        Value{"batch-size", "500"},
};
constexpr std::array kPresets{
    Preset{"default", "what trained fastest here, the same for every task", kDefault},
    Preset{"paper", "the method and the setting of the paper (EA-CG, Chen, Chou and Chang, 2019)", kPaper},
};

std::string_view value_of(const Preset& preset, std::string_view option) {
  return std::ranges::find(preset.values, option, &Value::first)->second;
}

}  // namespace

std::span<const Preset> presets() { return kPresets; }

void apply_preset(boost::program_options::variables_map& values) {
  const std::string name = values.contains("preset") ? values["preset"].as<std::string>() : "default";
  const auto* const preset = std::ranges::find(kPresets, name, &Preset::name);
  if (preset == kPresets.end()) {
    throw UsageError(fmt::format("--preset: unknown preset '{}', expected one of default, paper", name));
  }
  for (const auto& [option, value] : preset->values) {
    // By default, so that an option counts as given only where the user gives it. What there is stays.
    values.insert({option, boost::program_options::variable_value(boost::any(std::string(value)), true)});
  }
}

std::string with_presets(std::string_view option, std::string text) {
  const std::string_view own = value_of(kPresets.front(), option);
  text += fmt::format("; by default {}", own);
  for (const Preset& preset : std::span(kPresets).subspan(1)) {
    if (const std::string_view other = value_of(preset, option); other != own) {
      text += fmt::format(", with --preset {} {}", preset.name, other);
    }
  }
  return text;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
