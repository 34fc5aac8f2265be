#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/program_options.hpp>

#include "second_order/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A value of --preset: options of second-order and a batch size.
struct Preset {
  std::string_view name;
  std::string_view description;
  SecondOrderOptions (*options)();
  int batch_size;
};

std::span<const Preset> presets();

/// The options that a preset sets, with their values.
std::vector<std::pair<std::string, std::string>> values_of(const Preset& preset);

/// Sets those options of the preset that have no value yet. Throws UsageError for an unknown preset.
void apply_preset(boost::program_options::variables_map& values);

/// `text` with the option's default in each preset. `preset`: the default of --preset.
std::string with_presets(std::string_view option, std::string text, std::string_view preset = "default");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
