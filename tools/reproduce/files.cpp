#include "tools/reproduce/files.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <sstream>
#include <system_error>
#include <utility>

#include "framework/io/atomic_file.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

template <class T>
T parse(const CsvRow& row, std::size_t column, const char* expected) {
  const std::string& found = row.fields.at(column);
  T value{};
  const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
  if (error != std::errc{} || end != found.data() + found.size()) {
    throw Error(fmt::format("{}: found '{}', expected {}", row.where, found, expected));
  }
  return value;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  std::string text(bytes.size(), '\0');
  std::ranges::transform(bytes, text.begin(), [](std::byte byte) { return static_cast<char>(byte); });
  return text;
}

double CsvRow::number(std::size_t column) const { return parse<double>(*this, column, "a number"); }

int CsvRow::count(std::size_t column) const {
  const int value = parse<int>(*this, column, "a whole number");
  if (value < 0) throw Error(fmt::format("{}: found '{}', expected a number from 0", where, value));
  return value;
}

std::vector<CsvRow> read_csv(const std::filesystem::path& path, std::string_view header) {
  std::istringstream text(read_text(path));
  std::string line;
  std::getline(text, line);
  if (line != header) throw Error(fmt::format("{}: found '{}', expected '{}'", path.string(), line, header));
  const std::size_t columns = split(line).size();
  std::vector<CsvRow> rows;
  for (int number = 2; std::getline(text, line); ++number) {
    CsvRow row{.where = fmt::format("{}, line {}", path.string(), number), .fields = split(line)};
    if (row.fields.size() != columns) {
      throw Error(fmt::format("{}: found {} fields, expected {}", row.where, row.fields.size(), columns));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
