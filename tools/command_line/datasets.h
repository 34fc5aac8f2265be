#pragma once

#include <filesystem>
#include <string_view>

#include "framework/data/dataset.h"
#include "tools/command_line/arguments.h"

/// The data options, shared by all tools that read a data set.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The defaults of the tools for one data set.
struct DatasetDefaults {
  std::string_view dataset;
  const char* data = nullptr;  ///< folder; nullptr if no Debian package installs it
  std::string_view layers;     ///< in the form of parse_layers; empty if they depend on the data
};

const DatasetDefaults& dataset_defaults(const DatasetFormat& format);

/// `use`: what --help says about --dataset, such as "data set to train on".
void add_dataset_options(OptionGroup& group, const std::string& use);

/// --dataset. Throws UsageError for an unknown name.
const DatasetFormat& dataset_option(const ArgumentValues& values);
/// --data; by default the folder in which the data set's package installs it. Throws UsageError if there is neither.
std::filesystem::path data_option(const ArgumentValues& values, const DatasetFormat& format);
/// The options for how to read the data, from --targets to --skip-broken. Throws UsageError if one of them has no
/// effect with the format.
DatasetOptions dataset_options(const ArgumentValues& values, const DatasetFormat& format);

/// Calls format.load, shows its progress on a terminal, and prints which images were skipped and how many rows were
/// dropped.
DatasetPair load_dataset(const DatasetFormat& format, const std::filesystem::path& dir, DatasetOptions options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
