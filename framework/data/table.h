#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One part of a data set of numbers, as in its files. The formats csv and npy make data sets from tables.
struct Table {
  std::string name;          ///< name of the data set: "csv train"
  std::string inputs_file;   ///< for messages
  std::string targets_file;  ///< likewise
  std::string_view unit;     ///< what the files call a sample: "line", "row"
  int first = 0;             ///< number of the first sample, in this unit
  int samples = 0;
  int features = 0;
  int outputs = 0;                             ///< columns of targets; 0: none were read
  std::vector<std::uint8_t> bytes = {};        ///< inputs, sample after sample, or
  std::vector<real> numbers = {};              ///< the same as numbers; both are empty if only the shape is wanted
  std::vector<real> targets = {};              ///< sample after sample
  std::vector<std::string> target_names = {};  ///< names of the target columns; empty if the file has none
  std::string not_integers = {};               ///< text that says which target is no integer; empty if all are integers
};

/// dir / name. Throws Error if there is no such file; `expected` says what the folder should hold.
std::filesystem::path table_file(const std::filesystem::path& dir, const std::string& name, std::string_view expected);

/// The task comes from the options, or else from the targets of the training set: classification for one column of
/// integers, which are classes from 0 to 255, else regression. The largest class of the training set determines the
/// number of classes. Throws Error naming the file if the targets do not fit the task, or the parts do not fit each
/// other.
DatasetPair table_datasets(Table train, Table test, std::optional<Table> validation, const DatasetOptions& options);
DatasetShape table_shape(const Table& train, const DatasetOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
