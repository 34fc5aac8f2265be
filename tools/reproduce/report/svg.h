#pragma once

#include <string>
#include <string_view>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// gnuplot's SVG with ids that begin with `name`, so that several can stand in one page, and with one title, which
/// browsers show where the pointer rests.
std::string own_svg(const std::string& svg, std::string_view name, std::string_view title);

/// From its <svg> on: as it stands in an HTML page.
std::string inline_svg(const std::string& svg);

/// With &, <, > and quotes as HTML and XML write them.
std::string xml_text(std::string_view text);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
