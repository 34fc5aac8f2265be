#pragma once

#include <string>

#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// The options --layers, --activation and --criterion of the tools that create networks.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The defaults of the options, and how --help describes them; nullptr: no fixed default.
struct NetworkDefaults {
  const char* layers = nullptr;
  std::string layers_text = {};  ///< before the list of the paper's networks
  const char* criterion = "cross-entropy";
  std::string criterion_text = {};
};
void add_network_options(OptionGroup& group, const NetworkDefaults& defaults);

/// Both throw UsageError for an unknown name.
const Op& activation_option(const ArgumentValues& values);
const Op& criterion_option(const ArgumentValues& values);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
