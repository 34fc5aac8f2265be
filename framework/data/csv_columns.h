#pragma once

#include <cstddef>
#include <vector>

#include "framework/data/csv_file.h"
#include "framework/data/dataset.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Which columns of a CSV file are inputs and which are targets, in the order of the data set.
struct CsvColumns {
  std::vector<std::size_t> inputs;
  std::vector<std::size_t> targets;
};

/// The columns that options.targets names are targets, all others are inputs. Autoencoders leave the named ones out.
/// Throws UsageError if a name has no column, or the task needs targets and there are none, or no column is left.
CsvColumns columns_of(const CsvFile& file, const DatasetOptions& options);

/// Throws Error unless both files have the same columns in the same order.
void require_same_columns(const CsvFile& file, const CsvFile& train);

/// Whether the record that the file read last is left out for missing values. Throws Error if there are some and
/// options.missing refuses them.
bool is_dropped(const CsvFile& file, const CsvColumns& columns, Missing missing);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
