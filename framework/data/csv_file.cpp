#include "framework/data/csv_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(blanks) + 1));
  return text;
}

/// The cell without the blanks and quotes around it.
std::string_view cell_of(std::string_view text) {
  text = without_blanks(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return without_blanks(text.substr(1, text.size() - 2));
}

std::string name_of(std::string_view cell) {
  std::string name(cell);
  for (std::size_t quote = name.find("\"\""); quote != std::string::npos; quote = name.find("\"\"", quote + 1)) {
    name.erase(quote, 1);
  }
  return name;
}

/// std::from_chars accepts no plus sign.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

}  // namespace

CsvFile::CsvFile(const std::filesystem::path& path) : path_(path.string()) {
  errno = 0;
  file_.open(path);
  if (!file_ || std::filesystem::is_directory(path)) {
    throw Error(fmt::format("{}: cannot open: {}", path_, std::generic_category().message(errno ? errno : EISDIR)));
  }
  if (!read_line() || text_.empty()) {
    throw Error(fmt::format("{}: has no first line, expected the names of its columns", path_));
  }
  if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);  // UTF-8's byte order mark, which spreadsheets write
  split();
  std::set<std::string> known;
  for (const std::string_view cell : cells_) {
    const std::string& name = columns_.emplace_back(name_of(cell));
    if (name.empty()) {
      throw Error(fmt::format("{}: line 1: column {} has no name, expected one", path_, columns_.size()));
    }
    if (!known.insert(name).second) {
      throw Error(fmt::format("{}: line 1: two columns have the name '{}', expected different ones", path_, name));
    }
  }
}

bool CsvFile::read_line() {
  if (!std::getline(file_, text_)) {
    if (file_.bad()) throw Error(fmt::format("{}: cannot be read on after line {}", path_, line_));
    return false;
  }
  ++line_;
  if (text_.ends_with('\r')) text_.pop_back();
  return true;
}

void CsvFile::split() {
  cells_.clear();
  const std::string_view text = text_;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != ',' || quoted) continue;
    cells_.push_back(cell_of(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  if (quoted)
    throw Error(fmt::format("{}: line {}: has a quote without an end, expected one on that line", path_, line_));
  cells_.push_back(cell_of(text.substr(begin)));
}

bool CsvFile::next() {
  if (!read_line()) return false;
  if (without_blanks(text_).empty()) {
    const int empty = line_;
    while (read_line()) {
      if (without_blanks(text_).empty()) continue;
      throw Error(fmt::format("{}: line {}: is empty, expected {} values", path_, empty, columns_.size()));
    }
    return false;
  }
  split();
  if (cells_.size() != columns_.size()) {
    throw Error(fmt::format("{}: line {}: holds {} values, expected {}, one for each column", path_, line_,
                            cells_.size(), columns_.size()));
  }
  return true;
}

real CsvFile::number(std::size_t column) const {
  const std::string_view cell = without_plus(cells_[column]);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  const bool is_number = error != std::errc::invalid_argument && end == cell.data() + cell.size();
  const real number = static_cast<real>(value);
  if (!is_number || error != std::errc{} || !std::isfinite(number)) {
    const std::string expected = !is_number ? "a number" : fmt::format("a finite number that {} can hold", real_name);
    throw Error(fmt::format("{}: line {}, column {}: found '{}', expected {}", path_, line_, columns_[column],
                            cells_[column], expected));
  }
  return number;
}

bool CsvFile::is_integer(std::size_t column) const {
  std::string_view digits = without_plus(cells_[column]);
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
