#pragma once

#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Tables of numbers in CSV (csv_file.h): train.csv, test.csv and, if there is one, validation.csv in `dir`, with the
/// same columns in the same order. The columns named in options.targets are the targets, in that order; all others are
/// the inputs. Autoencoders need no targets; if options.targets names columns anyway, these are left out. Numbers are
/// kept as real.
///
/// One column of targets may hold text, unless the task is another than classification. Its texts in train.csv are then
/// the names of the classes, which are in the order of the names. If the task is given, numbers in it are names, too.
///
/// Throws Error, naming file, line and column, for content that cannot be used; UsageError if a target has no column,
/// or the options do not fit the data.
DatasetPair load_csv(const std::filesystem::path& dir, const DatasetOptions& options = {});

/// The shape of what load_csv returns. Reads train.csv, because the classes are in it.
DatasetShape csv_shape(const std::filesystem::path& dir, const DatasetOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
