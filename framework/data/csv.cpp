#include "framework/data/csv.h"

#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "framework/data/csv_cell.h"
#include "framework/data/csv_classes.h"
#include "framework/data/csv_columns.h"
#include "framework/data/csv_file.h"
#include "framework/data/csv_means.h"
#include "framework/data/table.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

CsvFile file_of(const std::filesystem::path& dir, const std::string& name, const DatasetOptions& options) {
  return CsvFile(table_file(dir, name, "train.csv and test.csv"), options.separator);
}

/// How to read the records of all files.
struct CsvPlan {
  CsvColumns columns;
  std::vector<std::string> classes;  // their names; empty if targets are numbers
  std::string train;                 // the path of the training set
};

CsvPlan plan_of(const std::filesystem::path& dir, const DatasetOptions& options) {
  CsvFile train = file_of(dir, "train.csv", options);
  CsvPlan plan{.columns = columns_of(train, options), .classes = {}, .train = train.path()};
  plan.classes = class_names(std::move(train), plan.columns, options);
  return plan;
}

/// Reads the targets of a record.
void read_targets(const CsvFile& file, const CsvPlan& plan, const DatasetOptions& options, Table& table) {
  for (const std::size_t column : plan.columns.targets) {
    if (!plan.classes.empty()) {
      table.targets.push_back(static_cast<real>(class_of(file, column, plan.classes, plan.train)));
      continue;
    }
    if (!options.task && table.outputs == 1 && !file.is_number(column) && !file.is_missing(column) &&
        !has_decimal_comma(file.text(column))) {
      throw Error(
          fmt::format("{}, expected a number; --task classification takes all values of the column as names "
                      "of classes",
                      file.found(column)));
    }
    table.targets.push_back(file.number(column));
    table.integers = table.integers && file.is_integer(column);
  }
}

Table read_part(CsvFile file, const std::string& part, const CsvPlan& plan, const DatasetOptions& options) {
  const CsvColumns& columns = plan.columns;
  Table table{.name = "csv " + part,
              .inputs_file = file.path(),
              .targets_file = file.path(),
              .unit = "line",
              .features = static_cast<int>(columns.inputs.size()),
              .outputs = static_cast<int>(columns.targets.size()),
              .class_names = plan.classes};
  for (const std::size_t column : columns.targets) table.target_names.push_back(file.columns()[column]);
  while (file.next()) {
    if (is_dropped(file, columns, options.missing)) {
      ++table.dropped;
      continue;
    }
    for (const std::size_t column : columns.inputs) {
      const bool fill = options.missing == Missing::Mean && file.is_missing(column);
      table.numbers.push_back(fill ? std::numeric_limits<real>::quiet_NaN() : file.number(column));
    }
    read_targets(file, plan, options, table);
    if (table.outputs == 1) table.places.push_back(file.line());
    if (++table.samples == std::numeric_limits<int>::max() - 1) {
      throw Error(fmt::format("{}: holds more than {} lines, expected fewer", file.path(), table.samples));
    }
  }
  table.numbers.shrink_to_fit();
  table.targets.shrink_to_fit();
  if (table.samples == 0 && table.dropped > 0) {
    throw Error(fmt::format("{}: all {} rows are left out for missing values, expected some without", file.path(),
                            table.dropped));
  }
  if (table.samples == 0) throw Error(fmt::format("{}: holds no line below its header, expected samples", file.path()));
  return table;
}

}  // namespace

DatasetPair load_csv(const std::filesystem::path& dir, const DatasetOptions& options) {
  CsvFile train_file = file_of(dir, "train.csv", options);
  CsvFile test_file = file_of(dir, "test.csv", options);
  require_same_columns(test_file, train_file);
  std::optional<CsvFile> validation_file;
  std::error_code ignored;
  if (std::filesystem::exists(dir / "validation.csv", ignored)) {
    validation_file = file_of(dir, "validation.csv", options);
    require_same_columns(*validation_file, train_file);
  }
  const CsvPlan plan = plan_of(dir, options);
  std::vector<std::string> inputs;
  for (const std::size_t column : plan.columns.inputs) inputs.push_back(train_file.columns()[column]);
  Table train = read_part(std::move(train_file), "train", plan, options);
  Table test = read_part(std::move(test_file), "test", plan, options);
  std::optional<Table> validation;
  if (validation_file) validation = read_part(std::move(*validation_file), "validation", plan, options);
  if (options.missing == Missing::Mean) {
    const std::vector<real> means = means_of_present(train, inputs);
    fill_missing(train, means);
    fill_missing(test, means);
    if (validation) fill_missing(*validation, means);
  }
  return table_datasets(std::move(train), std::move(test), std::move(validation), options);
}

DatasetShape csv_shape(const std::filesystem::path& dir, const DatasetOptions& options) {
  return table_shape(read_part(file_of(dir, "train.csv", options), "train", plan_of(dir, options), options), options);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
