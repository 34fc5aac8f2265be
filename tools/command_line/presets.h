#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/program_options.hpp>

#include "second_order/options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Options of second-order that --preset stands for, and a batch size.
struct Preset {
  std::string_view name;
  std::string_view description;
  SecondOrderOptions (*options)();
  int batch_size;
};

std::span<const Preset> presets();

/// Option and value of all that a preset sets.
std::vector<std::pair<std::string, std::string>> values_of(const Preset& preset);

/// Gives those options of the preset that `values` has no value for the preset's. UsageError for an unknown name.
void apply_preset(boost::program_options::variables_map& values);

/// `text`, with what each preset makes of the option. `preset`: the one that holds without --preset.
std::string with_presets(std::string_view option, std::string text, std::string_view preset = "default");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
