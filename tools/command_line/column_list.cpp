#include "tools/command_line/column_list.h"

#include <cstddef>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Takes a name in quotes from the start of the text.
std::string take_quoted(std::string_view& text) {
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"' && (i + 1 == text.size() || text[i + 1] != '"')) {
      text.remove_prefix(i + 1);
      if (text.empty() || text.front() == ',') return name;
      throw UsageError(fmt::format("found '{}' after a quoted name, expected a comma", text));
    }
    if (text[i] == '"') ++i;
    name += text[i];
  }
  throw UsageError(fmt::format("found '{}', expected a quote at the end of the name, too", text));
}

std::string take_plain(std::string_view& text) {
  const std::string name(text.substr(0, text.find(',')));
  text.remove_prefix(name.size());
  return name;
}

}  // namespace

std::vector<std::string> parse_columns(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    names.push_back(text.starts_with('"') ? take_quoted(text) : take_plain(text));
    if (names.back().empty()) throw UsageError("found an empty name, expected names separated by commas");
    if (text.empty()) return names;
    text.remove_prefix(1);
  }
}

std::string format_columns(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    if (name.find(',') == std::string::npos && !name.starts_with('"')) {
      text += name;
      continue;
    }
    text += '"';
    for (const char c : name) text.append(c == '"' ? 2 : 1, c);
    text += '"';
  }
  return text;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
