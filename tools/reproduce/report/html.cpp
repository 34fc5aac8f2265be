#include "tools/reproduce/report/html.h"

#include <regex>
#include <string_view>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "tools/reproduce/report/program.h"
#include "tools/reproduce/report/svg.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kStyle = R"(
body { max-width: 64rem; margin: 2.5rem auto; padding: 0 1.5rem; color: #222; background: #fff;
       font: 16px/1.5 "Source Serif 4", Charter, Georgia, "DejaVu Serif", serif; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h1 { font-size: 1.8rem; margin-bottom: 0.6rem; }
h2 { font-size: 1.35rem; margin-top: 2.6rem; padding-bottom: 0.25rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.1rem; margin-top: 1.8rem; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; border-top: 1.5px solid #222; border-bottom: 1.5px solid #222;
        font-size: 0.85rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums; }
th { border-bottom: 1px solid #222; font-weight: 600; vertical-align: bottom; }
th, td { padding: 0.25rem 0.5rem; text-align: left; }
td { vertical-align: top; }
tr:has(td:nth-child(5)) td:first-child, tr:has(td:nth-child(12)) td:nth-child(2) { white-space: nowrap; }
tbody tr:nth-child(even) { background: #f6f6f6; }
[align=right] { text-align: right; }
td[align=right] { white-space: nowrap; }
code { font: 0.85em/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; margin: 1.2rem auto 0; }
p > em:only-child { display: block; max-width: 48rem; margin: 0 auto 1.6rem; font-style: normal; font-size: 0.85rem;
                    color: #444; }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } svg, tr { break-inside: avoid; } }
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string with_figures(const std::string& body, const std::map<std::string, std::string>& figures) {
  static const std::regex image("<img src=\"([^\"]*)\"[^>]*/>");
  std::string result;
  std::size_t done = 0;
  for (std::sregex_iterator each(body.begin(), body.end(), image), end; each != end; ++each) {
    const auto figure = figures.find((*each)[1].str());
    if (figure == figures.end()) {
      throw Error(fmt::format("report: shows '{}', expected a figure of its own", (*each)[1].str()));
    }
    const auto at = to_index(each->position());
    result += body.substr(done, at - done) + inline_svg(figure->second);
    done = at + to_index(each->length());
  }
  return result + body.substr(done);
}

}  // namespace

std::string html_page(const std::string& title, const std::string& markdown,
                      const std::map<std::string, std::string>& figures) {
  std::string body = filter("cmark-gfm", {"-e", "table"}, markdown);
  // Wide ones scroll by themselves.
  body = replaced(replaced(body, "<table>", "<div class=\"table\"><table>"), "</table>", "</table></div>");
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      xml_text(title), kStyle, with_figures(body, figures));
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
