#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Comma-separated values, line by line. The first line is a header of column names, all different. Names and values
/// may stand in double quotes; inside these, "" is a quote and a comma does not separate. Blanks around names and
/// values do not count. Lines end in LF or CRLF; empty lines may only come last. Throws Error naming the file, the
/// line, what it holds and what was expected.
class CsvFile {
 public:
  /// Reads the header.
  explicit CsvFile(const std::filesystem::path& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// Reads the next line, which must have one value per column. Returns false at the end.
  bool next();
  /// The number of the line that next() read last; the header is line 1.
  [[nodiscard]] int line() const { return line_; }
  /// The number in a column of that line. It must be finite as real.
  [[nodiscard]] real number(std::size_t column) const;
  /// Whether the value is written as an integer, without a point or an exponent.
  [[nodiscard]] bool is_integer(std::size_t column) const;
  /// The value as it is written, without quotes and blanks around it. Valid until next().
  [[nodiscard]] std::string_view text(std::size_t column) const { return cells_[column]; }

 private:
  bool read_line();
  void split();

  std::string path_;
  std::ifstream file_;
  int line_ = 0;
  std::string text_;                     // the line
  std::vector<std::string_view> cells_;  // its cells
  std::vector<std::string> columns_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
