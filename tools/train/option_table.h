#pragma once

#include <string_view>

#include <boost/program_options.hpp>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The text of --help before the options.
std::string_view train_synopsis();

/// The options of tools/train with their defaults and help texts.
boost::program_options::options_description train_option_table();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
