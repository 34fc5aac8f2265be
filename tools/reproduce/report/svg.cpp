#include "tools/reproduce/report/svg.h"

#include <regex>

#include <fmt/format.h>

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

std::string own_svg(const std::string& svg, std::string_view name, std::string_view title) {
  static const std::regex ids(R"((\bid=['"]|href=['"]#|url\(#))");
  static const std::regex titles("<title>[^<]*</title>");
  std::string own = std::regex_replace(svg, ids, fmt::format("$1{}-", name));
  own = std::regex_replace(own, titles, "");
  const std::size_t end = own.find('>', own.find("<svg")) + 1;
  return own.insert(end, fmt::format("\n<title>{}</title>", xml_text(title)));
}

std::string inline_svg(const std::string& svg) {
  const std::size_t begin = svg.find("<svg");
  return svg.substr(begin == std::string::npos ? 0 : begin);
}

std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
