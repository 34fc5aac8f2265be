#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/program_options.hpp>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Values that options have unless they are given, by the name that --preset has for them.
struct Preset {
  std::string_view name;
  std::string_view description;
  std::span<const std::pair<const char*, const char*>> values;  ///< option and text
};

std::span<const Preset> presets();

/// Gives those options of the preset that `values` has no value for the preset's. UsageError for an unknown name.
void apply_preset(boost::program_options::variables_map& values);

/// `text`, with what each preset makes of the option. `preset`: the one that holds without --preset.
std::string with_presets(std::string_view option, std::string text, std::string_view preset = "default");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
