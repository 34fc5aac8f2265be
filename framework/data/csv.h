#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Comma-separated numbers (csv_file.h): train.csv and test.csv in `dir`, with the same columns in the same order.
/// Those that options.targets names are the targets, in that order, and all others the inputs. Autoencoders need no
/// targets; columns that are named all the same are left out. Numbers are kept as float.
///
/// Throws Error, naming file, line and column, for what cannot be used; UsageError where a target has no column.
DatasetPair load_csv(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// What load_csv would find. Reads train.csv, as the classes are in it.
DatasetShape csv_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
