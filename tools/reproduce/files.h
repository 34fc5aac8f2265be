#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::string read_text(const std::filesystem::path& path);

/// What `read` makes of a JSON file. Throws Error with its path where it is missing, no JSON, or not what `read`
/// expects.
template <class Read>
auto read_json(const std::filesystem::path& path, const Read& read) {
  try {
    return read(nlohmann::json::parse(read_text(path)));
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

/// One line of a CSV file.
struct CsvRow {
  std::string where = {};  ///< for messages: path and line
  std::vector<std::string> fields = {};

  /// A number, which may be infinite or none at all ("nan"). Throws Error for anything else.
  [[nodiscard]] double number(std::size_t column) const;
  /// A whole number from 0. Throws Error for anything else.
  [[nodiscard]] int count(std::size_t column) const;
};

/// The rows of a CSV file without quotes. Throws Error where the first line is not `header`, or a row has another
/// number of fields.
std::vector<CsvRow> read_csv(const std::filesystem::path& path, std::string_view header);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
