#pragma once

#include <map>
#include <string>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// A page of its own of a Markdown text (by cmark-gfm), with each image of it that `figures` has, by its path, in
/// place. Throws Error where the text shows an image that is not there.
std::string html_page(const std::string& title, const std::string& markdown,
                      const std::map<std::string, std::string>& figures);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
