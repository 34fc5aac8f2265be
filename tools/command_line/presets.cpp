#include "tools/command_line/presets.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Value = std::pair<const char*, const char*>;

constexpr std::array kDefault{
    Value{"curvature", "pch-1"},   Value{"curvature-every", "auto"}, Value{"product-share", "inf"},
    Value{"solver", "kfi-joined"}, Value{"damping", "relative"},     Value{"trust-region", "0.003"},
    Value{"momentum", "0"},        Value{"averaging", "auto"},       Value{"average-inputs", "128"},
    Value{"weight-decay", "auto"}, Value{"average-weights", "0.1"},  Value{"batch-size", "100"},
};
constexpr std::array kPaper{
    Value{"curvature", "pch-1"}, Value{"curvature-every", "1"}, Value{"product-share", "inf"},
    Value{"solver", "ea-cg"},    Value{"damping", "fixed"},     Value{"trust-region", "0"},
    Value{"momentum", "0"},      Value{"averaging", "0"},       Value{"average-inputs", "32768"},
    Value{"weight-decay", "0"},  Value{"average-weights", "0"}, Value{"batch-size", "500"},
};
constexpr std::array kPresets{
    Preset{"default", "what trained fastest here, the same for every task", kDefault},
    Preset{"paper", "the method and the setting of the paper (EA-CG, Chen, Chou and Chang, 2019)", kPaper},
};

const Preset& find_preset(std::string_view name) {
  const auto* const found = std::ranges::find(kPresets, name, &Preset::name);
  if (found != kPresets.end()) return *found;
  throw UsageError(fmt::format("--preset: unknown preset '{}', expected one of default, paper", name));
}

std::string_view value_of(const Preset& preset, std::string_view option) {
  return std::ranges::find(preset.values, option, &Value::first)->second;
}

}  // namespace

std::span<const Preset> presets() { return kPresets; }

void apply_preset(boost::program_options::variables_map& values) {
  for (const auto& [option, value] : find_preset(values["preset"].as<std::string>()).values) {
    // By default, so that an option counts as given only where the user gives it. What there is stays.
    values.insert({option, boost::program_options::variable_value(boost::any(std::string(value)), true)});
  }
}

std::string with_presets(std::string_view option, std::string text, std::string_view preset) {
  const std::string_view own = value_of(find_preset(preset), option);
  text += fmt::format("; by default {}", own);
  for (const Preset& other : kPresets) {
    if (const std::string_view value = value_of(other, option); value != own) {
      text += fmt::format(", with --preset {} {}", other.name, value);
    }
  }
  return text;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
