#include "framework/data/printable.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr std::size_t kMostCharacters = 60;

/// A character in UTF-8: its number and its bytes.
struct Utf8Character {
  std::uint32_t number = 0;
  std::size_t size = 0;  // 0: the bytes are not UTF-8
};

Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  std::uint32_t number = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    number = number << 6U | (byte(i) & 0x3FU);
  }
  // The smallest number that needs so many bytes: a longer form of a smaller one is not UTF-8.
  constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = number >= 0xD800 && number < 0xE000;
  if (number < smallest[size] || number > 0x10FFFF || surrogate) return {};
  return {number, size};
}

/// Whether a terminal might do something else than show the character.
bool is_control(std::uint32_t number) {
  constexpr std::uint32_t line_separator = 0x2028;
  constexpr std::uint32_t paragraph_separator = 0x2029;
  return number < 0x20 || (number >= 0x7F && number < 0xA0) || number == line_separator ||
         number == paragraph_separator;
}

std::string escaped(std::string_view bytes) {
  if (bytes == "\n") return "\\n";
  if (bytes == "\t") return "\\t";
  if (bytes == "\r") return "\\r";
  std::string out;
  for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == kMostCharacters) return out + "...";
    const Utf8Character character = first_character(text);
    const std::string_view bytes = text.substr(0, std::max(character.size, std::size_t{1}));
    if (character.size == 0 || is_control(character.number)) {
      out += escaped(bytes);
    } else {
      out += bytes;
    }
    text.remove_prefix(bytes.size());
  }
  return out;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
