#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/csv_reader.h"
#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A CSV file (csv_reader.h) as a table: the first line holds the names of the columns, all different, and each record
/// below it one value per column. Empty lines may only come last. Throws Error naming the file, the line, the column,
/// what it holds and what was expected.
class CsvFile {
 public:
  /// Reads the header.
  explicit CsvFile(const std::filesystem::path& path, char separator = ',');

  [[nodiscard]] const std::string& path() const { return reader_.path(); }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// Reads the next record, which must have one value per column. Returns false at the end.
  bool next();
  /// The number of the line in which that record starts; the header is line 1.
  [[nodiscard]] int line() const { return reader_.line(); }
  /// The number in a column of that record. It must be finite as real.
  [[nodiscard]] real number(std::size_t column) const;
  /// Whether the value is a number, finite or not.
  [[nodiscard]] bool is_number(std::size_t column) const;
  /// Whether the value is written as an integer, without a point or an exponent.
  [[nodiscard]] bool is_integer(std::size_t column) const;
  /// Whether there is no value, see is_missing_cell().
  [[nodiscard]] bool is_missing(std::size_t column) const;
  /// Throws Error if is_missing(column).
  void require_value(std::size_t column) const;
  /// The value as it is written, without quotes and blanks around it. Valid until next().
  [[nodiscard]] std::string_view text(std::size_t column) const { return reader_.cells()[column]; }
  /// "FILE: line 3, column b: found '7'": the start of a message.
  [[nodiscard]] std::string found(std::size_t column) const;

 private:
  CsvReader reader_;
  std::vector<std::string> columns_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
