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

/// One part of a data set of numbers, as its files have it: what the formats csv and npy make data sets of.
struct Table {
  std::string name;          ///< of the data set: "csv train"
  std::string inputs_file;   ///< for messages
  std::string targets_file;  ///< likewise
  std::string_view unit;     ///< what a sample is in these: "line", "row"
  int first = 0;             ///< the first sample's number as one
  int samples = 0;
  int features = 0;
  int outputs = 0;                             ///< columns of targets; 0: none were read
  std::vector<std::uint8_t> bytes = {};        ///< inputs, sample after sample, or
  std::vector<float> numbers = {};             ///< the same as numbers; both empty where only the shape is asked for
  std::vector<float> targets = {};             ///< sample after sample
  std::vector<std::string> target_names = {};  ///< of their columns; empty where the file has none
  std::string not_integers = {};               ///< which target is no integer; empty where all are
};

/// dir / name. Throws Error where that is not there; `expected` says what the folder should hold.
std::filesystem::path table_file(const std::filesystem::path& dir, const std::string& name, std::string_view expected);

/// The task is the one of the options, or else what the targets of the training set say: classification for one column
/// of integers, which are classes from 0 to 255, else regression. Classes are those up to the largest of the training
/// set. Throws Error naming the file where the targets do not fit the task, or the parts each other.
DatasetPair table_datasets(Table train, Table test, std::optional<Table> validation, const DatasetOptions& options);
DatasetShape table_shape(const Table& train, const DatasetOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
