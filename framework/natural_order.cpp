#include "framework/natural_order.h"

#include <algorithm>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits off the front of `text`. Returns them without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_decimal_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::string_view rest_of_a = a;
  std::string_view rest_of_b = b;
  while (!rest_of_a.empty() && !rest_of_b.empty()) {
    if (is_decimal_digit(rest_of_a.front()) && is_decimal_digit(rest_of_b.front())) {
      const std::string_view number_of_a = take_number(rest_of_a);
      const std::string_view number_of_b = take_number(rest_of_b);
      // Numbers may have any length: of two without leading zeros, the longer one is larger.
      if (number_of_a.size() != number_of_b.size()) return number_of_a.size() < number_of_b.size();
      if (number_of_a != number_of_b) return number_of_a < number_of_b;
    } else {
      if (rest_of_a.front() != rest_of_b.front()) return rest_of_a.substr(0, 1) < rest_of_b.substr(0, 1);
      rest_of_a.remove_prefix(1);
      rest_of_b.remove_prefix(1);
    }
  }
  if (rest_of_a.size() != rest_of_b.size()) return rest_of_a.size() < rest_of_b.size();
  return a < b;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
