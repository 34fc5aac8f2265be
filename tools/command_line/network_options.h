#pragma once

#include <string>

#include "framework/op.h"
#include "tools/command_line/arguments.h"

/// The options --layers, --activation and --criterion of the tools that make networks.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// `layers`: what --help says of them, above the list of the paper's; `initial`: nullptr for no default.
void add_network_options(OptionGroup& group, const char* initial, const std::string& layers);

/// UsageError for an unknown name.
const Op& activation_option(const ArgumentValues& values);
const Op& criterion_option(const ArgumentValues& values);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
