#pragma once

#include <span>
#include <string>

#include "framework/data/csv_reader.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Throws Error unless the first record of a CSV file names its columns. `names`: that record, which the reader has
/// just read. Says what probably happened: another separator, no header, or an index without a name.
void require_header(std::span<const std::string> names, CsvReader& reader);

/// "; line 1 must hold the names of the columns" if some of the names are numbers, else nothing: the end of a message
/// about names.
std::string header_hint(std::span<const std::string> names);

/// "a, b, c", shortened to what a line holds. A name that holds a comma stands in double quotes.
std::string list_of_names(std::span<const std::string> names);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
