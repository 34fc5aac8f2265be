#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/reproduce/cost.h"
#include "tools/reproduce/cost_parts.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A row of cost.csv.
struct CostRow {
  std::string part;
  std::string method;
  int width = 0;
  int batch = 0;
  Cost cost = {};
};

/// cost.csv, and cost.json with the settings and the machine that its rows are of.
class CostFolder {
 public:
  /// Makes the folder where it is missing, and reads what is there. Throws UsageError where that was measured
  /// otherwise, Error where it cannot be read or the folder cannot be made.
  explicit CostFolder(const CostOptions& options);

  [[nodiscard]] bool has(std::string_view part, std::string_view method, int width, int batch) const;
  void add(const CostRow& row) { rows_.push_back(row); }
  /// Rows by width and batch size.
  void save();

 private:
  void require_same(const nlohmann::json& now) const;
  void read_rows();

  std::filesystem::path path_;
  std::vector<CostRow> rows_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
