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
  int samples = 0;
  int features = 0;
  int outputs = 0;                             ///< columns of targets; 0: none were read
  std::vector<std::uint8_t> bytes = {};        ///< inputs, sample after sample, or
  std::vector<real> numbers = {};              ///< the same as numbers; both are empty if only the shape is wanted
  std::vector<real> targets = {};              ///< sample after sample
  std::vector<int> places = {};                ///< the unit of each sample; empty: 0, 1, 2, ...
  std::vector<std::string> target_names = {};  ///< names of the target columns; empty if the file has none
  std::vector<std::string> class_names = {};   ///< if classes have names: these, for which targets are indices
  bool integers = true;                        ///< whether the files write the targets as integers, or as names
  int dropped = 0;                             ///< samples of the file that are left out
};

/// dir / name. Throws Error if there is no such file; `expected` says what the folder should hold.
std::filesystem::path table_file(const std::filesystem::path& dir, const std::string& name, std::string_view expected);

/// The task comes from the options, or else from the targets of the training set: classification for one column that
/// the file writes as names or as integers, else regression. Whole numbers written as 3.0 are classes only if the
/// options say classification: a guess could not tell them from counts or prices.
///
/// Classes are whole numbers from options.label_base on, at most Dataset::most_classes of them. The largest class of
/// the training set determines their number. Without a base, the smallest class of the training set must be 0, so that
/// no network gets outputs that were not meant.
///
/// Throws Error naming the file if the targets do not fit the task, or the parts do not fit each other; UsageError if
/// there is a base but no class that is a number.
DatasetPair table_datasets(Table train, Table test, std::optional<Table> validation, const DatasetOptions& options);
DatasetShape table_shape(const Table& train, const DatasetOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
