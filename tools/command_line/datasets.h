#pragma once

#include <filesystem>
#include <string_view>

#include "framework/data/dataset.h"
#include "tools/command_line/arguments.h"

/// The options about data, which the tools that work on a data set share.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What the tools take for a data set unless told otherwise.
struct DatasetDefaults {
  std::string_view dataset;
  const char* data = nullptr;  ///< folder; nullptr: none that a package would install
  std::string_view layers;     ///< as parse_layers reads them; empty: they depend on the folder
};

const DatasetDefaults& dataset_defaults(const DatasetFormat& format);

/// `use`: what --help says the data is for, such as "what to train on".
void add_dataset_options(OptionGroup& group, const std::string& use);

/// --dataset; UsageError for an unknown name.
const DatasetFormat& dataset_option(const ArgumentValues& values);
/// --data, or where the data set's package puts it; UsageError where there is neither.
std::filesystem::path data_option(const ArgumentValues& values, const DatasetFormat& format);
/// --targets, --image-size and --skip-broken; UsageError where they have no effect with the format.
DatasetOptions dataset_options(const ArgumentValues& values, const DatasetFormat& format);

/// format.load with a line of progress on a terminal, and lines on standard output about what was skipped.
DatasetPair load_dataset(const DatasetFormat& format, const std::filesystem::path& dir, DatasetOptions options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
