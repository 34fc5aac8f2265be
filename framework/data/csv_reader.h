#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The records of a CSV file (RFC 4180): cells between separators, each in double quotes or not. Inside quotes, "" is a
/// quote, and separators and line ends belong to the cell; elsewhere in a cell a quote is a character like others.
/// Blanks around cells do not count. Lines end in LF or CRLF, which both are LF inside quotes. The text is UTF-8, with
/// a byte order mark or without. Throws Error naming the file, the line and what is wrong there.
///
/// It is our own because libcsv does not say in which line a record starts, and fast-cpp-csv-parser has no line ends in
/// cells and needs the number of columns when it is compiled.
class CsvReader {
 public:
  /// Opens the file.
  CsvReader(const std::filesystem::path& path, char separator);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] char separator() const { return separator_; }

  /// Reads the next record. Returns false at the end.
  bool next();
  /// The number of the line, counted from 1, in which the record starts.
  [[nodiscard]] int line() const { return first_line_; }
  /// The cells of the record, at least one, without the quotes and blanks around them. Valid until next().
  [[nodiscard]] const std::vector<std::string_view>& cells() const { return cells_; }
  /// Whether the record is a line of blanks only.
  [[nodiscard]] bool is_blank() const;
  /// The line that follows the record; empty at the end of the file.
  [[nodiscard]] std::string following_line();

 private:
  enum class Place { CellStart, Plain, Quoted, AfterQuotes };
  struct Cell {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool double_quotes = false;
  };

  bool read_line(std::string& line);
  void scan(std::size_t from);
  void end_cell(std::size_t end);
  void make_cells();

  std::string path_;
  char separator_;
  std::ifstream file_;
  int lines_ = 0;       // read so far
  int first_line_ = 0;  // of the record
  std::string text_;    // the lines of the record
  std::vector<std::string_view> cells_;
  // The state of scan(). Cells are positions in the text, which moves as it grows.
  Place place_ = Place::CellStart;
  Cell cell_;
  std::vector<Cell> found_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
