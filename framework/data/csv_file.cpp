#include "framework/data/csv_file.h"

#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "framework/data/csv_cell.h"
#include "framework/data/csv_header.h"
#include "framework/data/printable.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

CsvFile::CsvFile(const std::filesystem::path& path, char separator) : reader_(path, separator) {
  if (!reader_.next() || reader_.is_blank()) {
    throw Error(fmt::format("{}: has no first line, expected the names of its columns", reader_.path()));
  }
  columns_.assign(reader_.cells().begin(), reader_.cells().end());
  require_header(columns_, reader_);
}

bool CsvFile::next() {
  if (!reader_.next()) return false;
  if (reader_.is_blank()) {
    const int empty = line();
    while (reader_.next()) {
      if (reader_.is_blank()) continue;
      throw Error(fmt::format("{}: line {}: is empty, expected {} values", path(), empty, columns_.size()));
    }
    return false;
  }
  if (reader_.cells().size() != columns_.size()) {
    throw Error(fmt::format("{}: line {}: holds {} values, expected {}, one for each column", path(), line(),
                            reader_.cells().size(), columns_.size()));
  }
  return true;
}

real CsvFile::number(std::size_t column) const {
  const std::optional<double> value = number_in(text(column));
  const real number = static_cast<real>(value.value_or(0));
  if (value && std::isfinite(number)) return number;
  require_value(column);
  if (value) {
    throw Error(fmt::format("{}, expected a finite number that {} can hold", found(column), real_name));
  }
  throw Error(fmt::format("{}, expected a number{}", found(column),
                          has_decimal_comma(text(column)) ? " with a decimal point; decimal commas are not read" : ""));
}

bool CsvFile::is_number(std::size_t column) const { return number_in(text(column)) && !is_missing(column); }

bool CsvFile::is_integer(std::size_t column) const { return is_integer_cell(text(column)); }

bool CsvFile::is_missing(std::size_t column) const { return is_missing_cell(text(column)); }

void CsvFile::require_value(std::size_t column) const {
  if (!is_missing(column)) return;
  throw Error(
      fmt::format("{}, expected a value; --missing drop leaves out rows with missing values, --missing mean "
                  "takes means of columns",
                  found(column)));
}

std::string CsvFile::found(std::size_t column) const {
  const std::string_view value = text(column);
  return fmt::format("{}: line {}, column {}: found {}", path(), line(), printable(columns_[column]),
                     value.empty() ? "an empty cell" : fmt::format("'{}'", printable(value)));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
