#include "framework/data/separator.h"

#include <fmt/core.h>

#include "framework/data/printable.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

char separator_from_name(std::string_view name) {
  if (name == "comma") return ',';
  if (name == "semicolon") return ';';
  if (name == "tab") return '\t';
  constexpr std::string_view possible = "\t,;|:/\\!#$%&*<=>?@^_~`(){}[]";
  if (name.size() == 1 && possible.find(name.front()) != std::string_view::npos) return name.front();
  throw UsageError(
      fmt::format("found '{}', expected comma, semicolon, tab, or a character such as '|'", printable(name)));
}

std::string separator_name(char separator) {
  switch (separator) {
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    default:
      return fmt::format("'{}'", separator);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
