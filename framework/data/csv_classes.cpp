#include "framework/data/csv_classes.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string_view>

#include <fmt/core.h>

#include "framework/data/csv_cell.h"
#include "framework/data/csv_header.h"
#include "framework/data/printable.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::vector<std::string> class_names(CsvFile train, const CsvColumns& columns, const DatasetOptions& options) {
  if (columns.targets.size() != 1 || options.task.value_or(Task::Classification) != Task::Classification) return {};
  const std::size_t column = columns.targets.front();
  std::set<std::string, std::less<>> names;
  std::string first_text;
  while (train.next()) {
    if (is_dropped(train, columns, options.missing)) continue;
    const std::string_view text = train.text(column);
    const bool is_number = train.is_number(column);
    if (!options.task) {
      // A name among numbers is a slip, and so is a number among names. That its column holds classes is a guess.
      const bool is_numeric = is_number || has_decimal_comma(text);
      if (is_numeric && first_text.empty()) return {};
      if (is_numeric) {
        throw Error(
            fmt::format("{}, expected the name of a class like {}; --task classification takes numbers as names",
                        train.found(column), first_text));
      }
    }
    if (!is_number && first_text.empty()) {
      first_text = fmt::format("'{}' in line {}", printable(text), train.line());
    }
    if (names.size() <= to_index(Dataset::most_classes) && names.find(text) == names.end()) names.emplace(text);
    if (names.size() > to_index(Dataset::most_classes) && !first_text.empty()) {
      throw Error(fmt::format(
          "{}: column {} holds more than {} different texts, such as {}, expected numbers, or names "
          "of at most {} classes",
          train.path(), printable(train.columns()[column]), Dataset::most_classes, first_text, Dataset::most_classes));
    }
  }
  if (first_text.empty()) return {};
  return {names.begin(), names.end()};
}

std::size_t class_of(const CsvFile& file, std::size_t column, std::span<const std::string> names,
                     const std::string& train) {
  const auto found = std::ranges::lower_bound(names, file.text(column), std::less<>{});
  if (found == names.end() || *found != file.text(column)) {
    throw Error(
        fmt::format("{}, expected one of the classes of {}: {}", file.found(column), train, list_of_names(names)));
  }
  return to_index(found - names.begin());
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
