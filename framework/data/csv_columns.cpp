#include "framework/data/csv_columns.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "framework/data/csv_header.h"
#include "framework/data/printable.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

CsvColumns columns_of(const CsvFile& file, const DatasetOptions& options) {
  const std::vector<std::string>& names = file.columns();
  CsvColumns columns;
  for (const std::string& target : options.targets) {
    const auto found = std::ranges::find(names, target);
    if (found == names.end()) {
      throw UsageError(fmt::format("{}: has no column '{}' for a target, expected some of {}{}", file.path(),
                                   printable(target), list_of_names(names), header_hint(names)));
    }
    const auto column = to_index(found - names.begin());
    if (std::ranges::find(columns.targets, column) != columns.targets.end()) {
      throw UsageError(
          fmt::format("{}: the column '{}' is named twice as a target, expected once", file.path(), printable(target)));
    }
    columns.targets.push_back(column);
  }
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (std::ranges::find(columns.targets, column) == columns.targets.end()) columns.inputs.push_back(column);
  }
  if (columns.inputs.empty()) {
    throw UsageError(
        fmt::format("{}: all {} columns are targets, expected others as inputs", file.path(), names.size()));
  }
  if (options.task == Task::Autoencoder) {
    columns.targets.clear();
  } else if (columns.targets.empty()) {
    throw UsageError(
        fmt::format("{}: no column is named as the target, expected some of {}", file.path(), list_of_names(names)));
  }
  return columns;
}

void require_same_columns(const CsvFile& file, const CsvFile& train) {
  const std::vector<std::string>& found = file.columns();
  const std::vector<std::string>& expected = train.columns();
  if (found.size() != expected.size()) {
    throw Error(fmt::format("{}: has {} columns, expected the {} of {}", file.path(), found.size(), expected.size(),
                            train.path()));
  }
  const auto [other, same] = std::ranges::mismatch(found, expected);
  if (other == found.end()) return;
  throw Error(fmt::format("{}: column {} is '{}', expected '{}' as in {}", file.path(), other - found.begin() + 1,
                          printable(*other), printable(*same), train.path()));
}

bool is_dropped(const CsvFile& file, const CsvColumns& columns, Missing missing) {
  const auto is_missing = [&](std::size_t column) { return file.is_missing(column); };
  switch (missing) {
    case Missing::Drop:
      return std::ranges::any_of(columns.targets, is_missing) || std::ranges::any_of(columns.inputs, is_missing);
    case Missing::Mean:
      return std::ranges::any_of(columns.targets, is_missing);
    default:
      for (const std::size_t column : columns.targets) file.require_value(column);
      return false;  // inputs are checked as they are read
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
