#include "framework/data/table.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

Task task_of(const Table& train, const DatasetOptions& options) {
  if (options.task) return *options.task;
  return train.outputs == 1 && train.not_integers.empty() ? Task::Classification : Task::Regression;
}

/// The labels, which must be below `classes`; `why` says in the message what limits them.
std::vector<std::uint8_t> labels_of(const Table& table, int classes, const std::string& why) {
  if (table.outputs != 1) {
    throw Error(fmt::format("{}: holds {} columns of targets, expected one of classes for classification",
                            table.targets_file, table.outputs));
  }
  if (!table.not_integers.empty()) {
    throw Error(
        fmt::format("{}: {}, expected integers from 0 for classification", table.targets_file, table.not_integers));
  }
  std::vector<std::uint8_t> labels;
  labels.reserve(table.targets.size());
  for (const real target : table.targets) {
    if (target < 0 || target >= static_cast<real>(classes)) {
      throw Error(fmt::format("{}: {} {}: the class is {}, expected 0 to {}, {}", table.targets_file, table.unit,
                              table.first + static_cast<int>(labels.size()), target, classes - 1, why));
    }
    labels.push_back(static_cast<std::uint8_t>(target));
  }
  return labels;
}

std::vector<std::uint8_t> train_labels(const Table& train) {
  return labels_of(train, Dataset::most_classes, "as labels are bytes; other integers are targets of regression");
}

int classes_of(const std::vector<std::uint8_t>& labels) { return std::ranges::max(labels) + 1; }

void require_same(const Table& test, const Table& train) {
  const auto require = [&](int found, int expected, const char* what, const std::string& file,
                           const std::string& model) {
    if (found == expected) return;
    throw Error(fmt::format("{}: holds {} columns of {}, expected {} as {}", file, found, what, expected, model));
  };
  require(test.features, train.features, "inputs", test.inputs_file, train.inputs_file);
  require(test.outputs, train.outputs, "targets", test.targets_file, train.targets_file);
  if (test.bytes.empty() != train.bytes.empty()) {
    const auto type = [](const Table& table) { return table.bytes.empty() ? "other numbers" : "uint8"; };
    throw Error(
        fmt::format("{}: holds {}, expected {} as {}", test.inputs_file, type(test), type(train), train.inputs_file));
  }
}

/// The data set of a table without its targets.
Dataset dataset_of(Table& table, Task task) {
  return {.name = std::move(table.name),
          .features = table.features,
          .values = std::move(table.bytes),
          .task = task,
          .numbers = std::move(table.numbers)};
}

/// Moves the targets of regression to the data set.
void take_targets(Table& table, Dataset& data) {
  data.target_columns = table.outputs;
  data.targets = std::move(table.targets);
  data.output_names = std::move(table.target_names);
}

}  // namespace

std::filesystem::path table_file(const std::filesystem::path& dir, const std::string& name, std::string_view expected) {
  std::filesystem::path path = dir / name;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return path;
  throw Error(fmt::format("{}: holds no {}, expected {}", dir.string(), name, expected));
}

DatasetPair table_datasets(Table train, Table test, std::optional<Table> validation, const DatasetOptions& options) {
  require_same(test, train);
  if (validation) require_same(*validation, train);
  const Task task = task_of(train, options);
  DatasetPair pair{dataset_of(train, task), {}};
  if (task == Task::Classification) {
    pair.train.labels = train_labels(train);
    pair.train.classes = classes_of(pair.train.labels);
  }
  const auto other = [&](Table& table) {
    Dataset data = dataset_of(table, task);
    if (task == Task::Classification) {
      data.classes = pair.train.classes;
      data.labels = labels_of(table, data.classes, "the classes of " + train.targets_file);
    } else if (task == Task::Regression) {
      take_targets(table, data);
    }
    return data;
  };
  pair.test = other(test);
  if (validation) pair.validation = other(*validation);
  if (task == Task::Regression) take_targets(train, pair.train);
  return pair;
}

DatasetShape table_shape(const Table& train, const DatasetOptions& options) {
  const Task task = task_of(train, options);
  switch (task) {
    case Task::Classification:
      return {train.features, classes_of(train_labels(train)), task};
    case Task::Regression:
      return {train.features, train.outputs, task};
    default:
      return {train.features, train.features, task};
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
