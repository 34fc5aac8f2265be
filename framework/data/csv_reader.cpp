#include "framework/data/csv_reader.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fmt/core.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::string_view kCellBlanks = " \t";

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kCellBlanks), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(kCellBlanks) + 1));
  return text;
}

/// Spreadsheets save "Unicode text" as UTF-16, in which every other byte of common text is NUL.
bool looks_like_utf16(std::string_view start) {
  return start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF") || start.find('\0') != std::string_view::npos;
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, char separator) : path_(path.string()), separator_(separator) {
  errno = 0;
  file_.open(path, std::ios::binary);
  if (!file_ || std::filesystem::is_directory(path)) {
    throw Error(fmt::format("{}: cannot open: {}", path_, std::generic_category().message(errno ? errno : EISDIR)));
  }
}

bool CsvReader::read_line(std::string& line) {
  if (!std::getline(file_, line)) {
    if (file_.bad()) throw Error(fmt::format("{}: cannot be read on after line {}", path_, lines_));
    return false;
  }
  if (++lines_ == 1) {
    if (looks_like_utf16(line)) {
      throw Error(fmt::format("{}: looks like UTF-16, expected UTF-8: save it as UTF-8", path_));
    }
    if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // UTF-8's byte order mark, which spreadsheets write
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

bool CsvReader::next() {
  if (!read_line(text_)) return false;
  first_line_ = lines_;
  found_.clear();
  place_ = Place::CellStart;
  cell_ = {};
  scan(0);
  for (std::string line; place_ == Place::Quoted;) {
    if (!read_line(line)) {
      throw Error(fmt::format("{}: line {}: cell {} has a quote without an end, expected one", path_, first_line_,
                              found_.size() + 1));
    }
    const std::size_t from = text_.size();
    text_.append(1, '\n').append(line);
    scan(from);
  }
  end_cell(text_.size());
  make_cells();
  return true;
}

void CsvReader::scan(std::size_t from) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  for (std::size_t i = from; i < text_.size(); ++i) {
    const char c = text_[i];
    switch (place_) {
      case Place::CellStart:
        if (c == separator_) {
          end_cell(i);
        } else if (c == '"') {
          place_ = Place::Quoted;
          cell_.begin = i + 1;
        } else if (!is_blank(c)) {
          place_ = Place::Plain;
        }
        break;
      case Place::Plain:
        i = std::min(text_.find(separator_, i), text_.size());
        if (i < text_.size()) end_cell(i);
        break;
      case Place::Quoted:
        if (c != '"') break;
        if (i + 1 < text_.size() && text_[i + 1] == '"') {
          cell_.double_quotes = true;
          ++i;
        } else {
          place_ = Place::AfterQuotes;
          cell_.end = i;
        }
        break;
      case Place::AfterQuotes:
        if (c == separator_) {
          end_cell(i);
        } else if (!is_blank(c)) {
          throw Error(
              fmt::format("{}: line {}: cell {} goes on after its closing quote, expected \"\" for a quote in it",
                          path_, lines_, found_.size() + 1));
        }
        break;
    }
  }
}

void CsvReader::end_cell(std::size_t end) {
  if (place_ != Place::AfterQuotes) cell_.end = end;
  found_.push_back(cell_);
  cell_ = {.begin = end + 1};
  place_ = Place::CellStart;
}

void CsvReader::make_cells() {
  cells_.clear();
  for (const Cell& cell : found_) {
    std::size_t end = cell.end;
    if (cell.double_quotes) {  // makes the cell shorter in its place; the cells after it do not move
      end = cell.begin;
      for (std::size_t i = cell.begin; i < cell.end; ++i) {
        text_[end++] = text_[i];
        if (text_[i] == '"') ++i;
      }
    }
    cells_.push_back(without_blanks(std::string_view(text_).substr(cell.begin, end - cell.begin)));
  }
}

bool CsvReader::is_blank() const { return cells_.size() == 1 && without_blanks(text_).empty(); }

std::string CsvReader::following_line() {
  std::string line;
  if (file_.eof()) return line;
  const std::ifstream::pos_type here = file_.tellg();
  std::getline(file_, line);
  file_.clear();
  file_.seekg(here);
  return line;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
