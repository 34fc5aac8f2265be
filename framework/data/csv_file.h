#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Comma-separated values, line by line. The first line is a header of column names, all different. Names and values
/// may stand in double quotes, in which "" is a quote and a comma no separator; blanks around either do not count.
/// Lines end in LF or CRLF; empty ones may only come last. Throws Error naming the file, the line, what it holds and
/// what was expected.
class CsvFile {
 public:
  /// Reads the header.
  explicit CsvFile(const std::filesystem::path& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// Reads the next line, as many values as there are columns. False at the end.
  bool next();
  /// Its number, from 1 for the header.
  [[nodiscard]] int line() const { return line_; }
  /// The number in a column of it, which has to be finite as float.
  [[nodiscard]] float number(std::size_t column) const;
  /// It is written as an integer, without a point or an exponent.
  [[nodiscard]] bool is_integer(std::size_t column) const;
  /// As it is written, without quotes and blanks around it. Valid until next().
  [[nodiscard]] std::string_view text(std::size_t column) const { return cells_[column]; }

 private:
  bool read_line();
  void split();

  std::string path_;
  std::ifstream file_;
  int line_ = 0;
  std::string text_;                     // of the line
  std::vector<std::string_view> cells_;  // of it
  std::vector<std::string> columns_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
