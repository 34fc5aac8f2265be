#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What `read` makes of each of the words between commas. UsageError where one comes twice.
template <class Read>
auto read_list(std::string_view text, const Read& read) {
  std::vector<decltype(read(std::string()))> all;
  std::vector<std::string> seen;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string word(text.substr(0, comma));
    if (std::ranges::find(seen, word) != seen.end()) throw UsageError(fmt::format("found '{}' twice", word));
    seen.push_back(word);
    all.push_back(read(word));
    if (comma == std::string_view::npos) return all;
    text.remove_prefix(comma + 1);
  }
}

/// For read_list(): whole numbers from `least`.
inline auto numbers_from(int least) {
  return [least](const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least) {
      throw UsageError(fmt::format("found '{}', expected whole numbers from {}", text, least));
    }
    return number;
  };
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
