#include "framework/data/table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "framework/data/printable.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

Task task_of(const Table& train, const DatasetOptions& options) {
  if (options.task) return *options.task;
  return train.outputs == 1 && train.integers ? Task::Classification : Task::Regression;
}

/// "FILE: line 3", for a sample of the table.
std::string place_of(const Table& table, std::size_t sample) {
  return fmt::format("{}: {} {}", table.targets_file, table.unit,
                     table.places.empty() ? static_cast<int>(sample) : table.places[sample]);
}

/// Throws Error unless the targets are one column of whole numbers.
void require_whole(const Table& table) {
  if (table.outputs != 1) {
    throw Error(fmt::format("{}: holds {} columns of targets, expected one of classes for classification",
                            table.targets_file, table.outputs));
  }
  for (std::size_t i = 0; i < table.targets.size(); ++i) {
    const real target = table.targets[i];
    if (target == std::floor(target)) continue;
    throw Error(
        fmt::format("{}: the class is {}, expected a whole number for classification", place_of(table, i), target));
  }
}

/// The classes of the training set. Those of numbers have their numbers for names, unless they start at 0.
struct Classes {
  int first = 0;
  int count = 0;
  std::vector<std::string> names = {};
};

/// The labels, which must be among the classes; `why` says in the message what limits these.
std::vector<std::uint8_t> labels_of(const Table& table, const Classes& classes, const std::string& why) {
  require_whole(table);
  std::vector<std::uint8_t> labels;
  labels.reserve(table.targets.size());
  const std::int64_t last = std::int64_t{classes.first} + classes.count - 1;
  for (const real target : table.targets) {
    if (target < static_cast<real>(classes.first) || target > static_cast<real>(last)) {
      throw Error(fmt::format("{}: the class is {}, expected {} to {}, {}", place_of(table, labels.size()), target,
                              classes.first, last, why));
    }
    labels.push_back(static_cast<std::uint8_t>(target - static_cast<real>(classes.first)));
  }
  return labels;
}

/// What was probably meant by classes that do not start at 0.
void require_class_0(const Table& train, real smallest, real largest) {
  if (smallest == 0 || largest - smallest >= static_cast<real>(Dataset::most_classes)) return;
  throw Error(
      fmt::format("{}: the smallest class is {}, expected 0; --label-base {} takes it as the first class, --task "
                  "regression takes the targets as numbers",
                  train.targets_file, smallest, smallest));
}

Classes classes_of(const Table& train, const DatasetOptions& options) {
  require_whole(train);
  const auto [smallest, largest] = std::ranges::minmax(train.targets);
  if (!train.class_names.empty()) {
    if (train.class_names.size() == 1) {
      throw Error(fmt::format("{}: all targets are the class '{}', expected at least two classes", train.targets_file,
                              printable(train.class_names.front())));
    }
    return {.count = static_cast<int>(train.class_names.size()), .names = train.class_names};
  }
  if (smallest == largest) {
    throw Error(fmt::format("{}: all targets are {}, expected at least two classes", train.targets_file, smallest));
  }
  if (!options.label_base) require_class_0(train, smallest, largest);
  Classes classes{.first = options.label_base.value_or(0), .count = Dataset::most_classes};
  const std::vector<std::uint8_t> labels =
      labels_of(train, classes,
                options.label_base ? fmt::format("as --label-base {} says", classes.first)
                                   : "as labels are bytes; --task regression takes other integers as numbers");
  classes.count = std::ranges::max(labels) + 1;
  if (classes.first == 0) return classes;
  for (int i = 0; i < classes.count; ++i) classes.names.push_back(fmt::format("{}", classes.first + i));
  return classes;
}

/// Throws UsageError for a base that would have no effect.
void require_useful_base(const Table& train, Task task, const DatasetOptions& options) {
  if (!options.label_base || (task == Task::Classification && train.class_names.empty())) return;
  const std::string what = task == Task::Classification ? "classes that have names"
                           : task == Task::Autoencoder  ? "an autoencoder"
                           : options.task               ? "--task regression"
                                                        : "numbers for regression; --task classification takes whole "
                                                          "numbers as classes";
  throw UsageError(
      fmt::format("--label-base {}: has no effect on {}, with {}", *options.label_base, train.targets_file, what));
}

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
          .dropped = table.dropped,
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
  require_useful_base(train, task, options);
  const Classes classes = task == Task::Classification ? classes_of(train, options) : Classes{};
  const auto dataset = [&](Table& table) {
    Dataset data = dataset_of(table, task);
    if (task == Task::Classification) {
      data.classes = classes.count;
      data.labels = labels_of(table, classes, "the classes of " + train.targets_file);
      data.output_names = classes.names;
    } else if (task == Task::Regression) {
      take_targets(table, data);
    }
    return data;
  };
  DatasetPair pair{.train = dataset(train), .test = dataset(test)};
  if (validation) pair.validation = dataset(*validation);
  return pair;
}

DatasetShape table_shape(const Table& train, const DatasetOptions& options) {
  const Task task = task_of(train, options);
  require_useful_base(train, task, options);
  switch (task) {
    case Task::Classification:
      return {train.features, classes_of(train, options).count, task};
    case Task::Regression:
      return {train.features, train.outputs, task};
    default:
      return {train.features, train.features, task};
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
