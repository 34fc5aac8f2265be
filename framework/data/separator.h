#pragma once

#include <string>
#include <string_view>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The character between the cells of CSV: "comma", "semicolon" or "tab", or the character itself, such as "|". Throws
/// UsageError for a character that names or numbers may need: a letter, a digit, a blank, a quote, '.', '+' or '-'.
char separator_from_name(std::string_view name);
/// "comma", "semicolon" or "tab", or the character in single quotes, as a shell takes it.
std::string separator_name(char separator);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
