#include "tools/command_line/config_file.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::string_view kSpaces = " \t\r";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

/// Where a comment starts, or the end of the text.
std::size_t comment_start(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || kSpaces.find(text[i - 1]) != std::string_view::npos)) return i;
  }
  return text.size();
}

/// The length of the JSON string at the start of the text, with its quotes; 0 if it has no end.
std::size_t quoted_size(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

/// `where`: the start of a message.
std::string value_of(std::string_view text, const std::string& where) {
  if (!text.starts_with('"')) return std::string(trimmed(text.substr(0, comment_start(text))));
  const std::size_t size = quoted_size(text);
  const std::string_view rest = trimmed(text.substr(size));
  const auto parsed = nlohmann::json::parse(text.substr(0, size), nullptr, /*allow_exceptions=*/false);
  if (size == 0 || !parsed.is_string() || !(rest.empty() || rest.starts_with('#'))) {
    throw UsageError(fmt::format("{}: found {}, expected a JSON string after '\"'", where, text));
  }
  return parsed.get<std::string>();
}

bool needs_quotes(const std::string& value) {
  const auto hard = [](unsigned char c) { return std::iscntrl(c) != 0; };
  return value.empty() || value != trimmed(value) || value.starts_with('"') || comment_start(value) < value.size() ||
         std::any_of(value.begin(), value.end(), hard);
}

}  // namespace

std::map<std::string, std::string> read_config(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    throw UsageError(fmt::format("--config {}: cannot be read, expected a file", path.string()));
  }
  std::map<std::string, std::string> options;
  int number = 0;
  for (std::string text; std::getline(file, text);) {
    const std::string where = fmt::format("--config {}, line {}", path.string(), ++number);
    std::string_view line = text;
    if (number == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      throw UsageError(fmt::format("{}: found '{}', expected option = value", where, line));
    }
    const std::string option(trimmed(line.substr(0, equals)));
    if (option == "config") throw UsageError(fmt::format("{}: found config, expected other options only", where));
    const std::string value = value_of(trimmed(line.substr(equals + 1)), where);
    if (!options.emplace(option, value).second) {
      throw UsageError(fmt::format("{}: found '{}' again, expected each option once", where, option));
    }
  }
  return options;
}

std::string config_line(const std::string& option, const std::string& value) {
  return fmt::format("{} = {}", option, needs_quotes(value) ? nlohmann::json(value).dump() : value);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
