#pragma once

#include <string>

#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// The options --layers, --activation and --criterion of the tools that make networks.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What the options are unless given, and what --help says of it; nullptr: no default of their own.
struct NetworkDefaults {
  const char* layers = nullptr;
  std::string layers_text = {};  ///< above the list of the paper's
  const char* criterion = "cross-entropy";
  std::string criterion_text = {};
};
void add_network_options(OptionGroup& group, const NetworkDefaults& defaults);

/// UsageError for an unknown name.
const Op& activation_option(const ArgumentValues& values);
const Op& criterion_option(const ArgumentValues& values);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
