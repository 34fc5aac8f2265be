#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/data/csv_columns.h"
#include "framework/data/csv_file.h"
#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The names of the classes, sorted, if the targets of the training set are classes by name: one column of text, for a
/// task that is classification or not given. Empty if the targets are numbers. Reads the file to its end. Throws Error
/// for more classes than a data set may have and, if the task is not given, for a column of both text and numbers.
std::vector<std::string> class_names(CsvFile train, const CsvColumns& columns, const DatasetOptions& options);

/// The index, among the sorted names, of the class in a column of the record that the file read last. `train`: the path
/// of the file that has the names. Throws Error for another class.
std::size_t class_of(const CsvFile& file, std::size_t column, std::span<const std::string> names,
                     const std::string& train);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
