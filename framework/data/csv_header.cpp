#include "framework/data/csv_header.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "framework/data/csv_cell.h"
#include "framework/data/printable.h"
#include "framework/data/separator.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

bool is_numeric(std::string_view cell) {
  return !is_missing_cell(cell) && (number_in(cell).has_value() || has_decimal_comma(cell));
}

/// The separator that a file whose header seems to be one column probably has; 0 if it seems to be one column indeed.
char probable_separator(std::string_view name, std::string_view next_line) {
  char probable = 0;
  std::ptrdiff_t most = 0;
  for (const char separator : std::string_view(",;\t|")) {
    const std::ptrdiff_t count = std::ranges::count(name, separator);
    if (count <= most || (!next_line.empty() && next_line.find(separator) == std::string_view::npos)) continue;
    probable = separator;
    most = count;
  }
  return probable;
}

void require_separator(std::span<const std::string> names, CsvReader& reader) {
  if (names.size() != 1) return;
  const char probable = probable_separator(names.front(), reader.following_line());
  if (probable == 0 || probable == reader.separator()) return;
  const char expected = reader.separator();
  throw Error(fmt::format("{}: line 1: found one column, '{}', expected '{}' between columns; --separator {} reads it",
                          reader.path(), printable(names.front()), printable({&expected, 1}),
                          separator_name(probable)));
}

}  // namespace

void require_header(std::span<const std::string> names, CsvReader& reader) {
  require_separator(names, reader);
  const auto fits_data = [](const std::string& name) { return is_numeric(name) || is_missing_cell(name); };
  if (std::ranges::all_of(names, fits_data) && std::ranges::any_of(names, is_numeric)) {
    throw Error(
        fmt::format("{}: line 1: found the numbers {}, expected the names of the columns; write a first line "
                    "that names them",
                    reader.path(), list_of_names(names)));
  }
  std::set<std::string_view> known;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name.empty() && i == 0) {
      throw Error(
          fmt::format("{}: line 1: column 1 has no name, like the index that pandas writes; write the file "
                      "with index=False, or give the column a name",
                      reader.path()));
    }
    if (name.empty()) throw Error(fmt::format("{}: line 1: column {} has no name, expected one", reader.path(), i + 1));
    if (known.insert(name).second) continue;
    throw Error(fmt::format("{}: line 1: two columns have the name '{}', expected different ones{}", reader.path(),
                            printable(name), header_hint(names)));
  }
}

std::string header_hint(std::span<const std::string> names) {
  return std::ranges::any_of(names, is_numeric) ? "; line 1 must hold the names of the columns" : "";
}

std::string list_of_names(std::span<const std::string> names) {
  constexpr std::size_t most = 12;
  std::vector<std::string> shown;
  for (const std::string& name : names.first(std::min(most, names.size()))) {
    const std::string text = printable(name);
    shown.push_back(text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text));
  }
  const std::string list = fmt::format("{}", fmt::join(shown, ", "));
  return names.size() <= most ? list : fmt::format("{} and {} more", list, names.size() - most);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
