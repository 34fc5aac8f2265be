#include "framework/data/csv_cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

/// std::from_chars accepts no plus sign.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the text is `lower` in upper or lower case.
bool equals_in_any_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower,
                            [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); });
}

}  // namespace

std::optional<double> number_in(std::string_view cell) {
  cell = without_plus(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc::invalid_argument || end != cell.data() + cell.size()) return std::nullopt;
  return error == std::errc{} ? value : std::numeric_limits<double>::infinity();
}

bool is_integer_cell(std::string_view cell) {
  std::string_view digits = without_plus(cell);
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return !digits.empty() && std::ranges::all_of(digits, is_digit);
}

bool has_decimal_comma(std::string_view cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string_view::npos || comma + 1 == cell.size() || !is_digit(cell[comma + 1])) return false;
  std::string text(cell.substr(0, comma));
  std::erase(text, '.');  // between thousands
  return number_in(text.append(1, '.').append(cell.substr(comma + 1))).has_value();
}

bool is_missing_cell(std::string_view cell) {
  constexpr std::array<std::string_view, 5> known = {"?", "na", "nan", "n/a", "null"};
  return cell.empty() || std::ranges::any_of(known, [&](auto text) { return equals_in_any_case(cell, text); });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
