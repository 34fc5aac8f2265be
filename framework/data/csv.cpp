#include "framework/data/csv.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "framework/data/csv_file.h"
#include "framework/data/table.h"
#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

CsvFile file_of(const std::filesystem::path& dir, const std::string& name) {
  return CsvFile(table_file(dir, name, "train.csv and test.csv"));
}

/// Which columns of the file are inputs and which are targets.
struct Columns {
  std::vector<std::size_t> inputs;
  std::vector<std::size_t> targets;
};

/// "a, b, c", shortened to what a line holds.
std::string list_of(std::span<const std::string> names) {
  constexpr std::size_t most = 12;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.first(most), ", "), names.size() - most);
}

Columns columns_of(const CsvFile& file, const DatasetOptions& options) {
  const std::vector<std::string>& names = file.columns();
  Columns columns;
  for (const std::string& target : options.targets) {
    const auto found = std::ranges::find(names, target);
    if (found == names.end()) {
      throw UsageError(
          fmt::format("{}: has no column '{}' for a target, expected some of {}", file.path(), target, list_of(names)));
    }
    const auto column = to_index(found - names.begin());
    if (std::ranges::find(columns.targets, column) != columns.targets.end()) {
      throw UsageError(
          fmt::format("{}: the column '{}' is named twice as a target, expected once", file.path(), target));
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
  if (columns.targets.empty() && options.task != Task::Autoencoder) {
    throw UsageError(
        fmt::format("{}: no column is named as the target, expected some of {}", file.path(), list_of(names)));
  }
  return columns;
}

Table read_part(CsvFile file, const std::string& part, const DatasetOptions& options) {
  Columns columns = columns_of(file, options);
  if (options.task == Task::Autoencoder) columns.targets.clear();
  Table table{.name = "csv " + part,
              .inputs_file = file.path(),
              .targets_file = file.path(),
              .unit = "line",
              .first = 2,
              .features = static_cast<int>(columns.inputs.size()),
              .outputs = static_cast<int>(columns.targets.size())};
  for (const std::size_t column : columns.targets) table.target_names.push_back(file.columns()[column]);
  while (file.next()) {
    for (const std::size_t column : columns.inputs) table.numbers.push_back(file.number(column));
    for (const std::size_t column : columns.targets) {
      table.targets.push_back(file.number(column));
      if (!table.not_integers.empty() || file.is_integer(column)) continue;
      table.not_integers =
          fmt::format("line {}, column {}: found {}", file.line(), file.columns()[column], file.text(column));
    }
    if (++table.samples == std::numeric_limits<int>::max() - 1) {
      throw Error(fmt::format("{}: holds more than {} lines, expected fewer", file.path(), table.samples));
    }
  }
  table.numbers.shrink_to_fit();
  table.targets.shrink_to_fit();
  if (table.samples == 0) throw Error(fmt::format("{}: holds no line below its header, expected samples", file.path()));
  return table;
}

void require_same_columns(const CsvFile& test, const CsvFile& train) {
  const std::vector<std::string>& found = test.columns();
  const std::vector<std::string>& expected = train.columns();
  if (found.size() != expected.size()) {
    throw Error(fmt::format("{}: has {} columns, expected the {} of {}", test.path(), found.size(), expected.size(),
                            train.path()));
  }
  const auto [other, same] = std::ranges::mismatch(found, expected);
  if (other == found.end()) return;
  throw Error(fmt::format("{}: column {} is '{}', expected '{}' as in {}", test.path(), other - found.begin() + 1,
                          *other, *same, train.path()));
}

}  // namespace

DatasetPair load_csv(const std::filesystem::path& dir, const DatasetOptions& options) {
  CsvFile train = file_of(dir, "train.csv");
  CsvFile test = file_of(dir, "test.csv");
  require_same_columns(test, train);
  std::optional<Table> validation;
  std::error_code ignored;
  if (std::filesystem::exists(dir / "validation.csv", ignored)) {
    CsvFile file = file_of(dir, "validation.csv");
    require_same_columns(file, train);
    validation = read_part(std::move(file), "validation", options);
  }
  Table train_table = read_part(std::move(train), "train", options);
  Table test_table = read_part(std::move(test), "test", options);
  return table_datasets(std::move(train_table), std::move(test_table), std::move(validation), options);
}

DatasetShape csv_shape(const std::filesystem::path& dir, const DatasetOptions& options) {
  return table_shape(read_part(file_of(dir, "train.csv"), "train", options), options);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
