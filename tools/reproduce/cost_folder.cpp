#include "tools/reproduce/cost_folder.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <tuple>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/reproduce/files.h"
#include "tools/reproduce/machine_description.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr const char* kRows = "cost.csv";
constexpr const char* kSettings = "cost.json";
constexpr const char* kHeader = "part,method,width,batch,seconds,bytes";

/// What every row depends on.
nlohmann::json shared_settings(const CostOptions& options) {
  nlohmann::json settings = cost_settings(options);
  for (const char* key : {"widths", "batches", "curvatures", "solvers"}) settings.erase(key);
  settings["machine"] = machine_description();
  return settings;
}

}  // namespace

CostFolder::CostFolder(const CostOptions& options) : path_(options.folder) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_)) {
    throw Error(fmt::format("{}: cannot be made: {}", path_.string(),
                            error ? error.message() : "something else has that name"));
  }
  const nlohmann::json settings = shared_settings(options);
  if (std::filesystem::exists(path_ / kRows)) {
    require_same(settings);
    read_rows();
  }
  replace_file(path_ / kSettings, settings.dump(1) + "\n");
}

void CostFolder::require_same(const nlohmann::json& now) const {
  const std::string source = (path_ / kSettings).string();
  std::ifstream stream(source);
  const nlohmann::json stored = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!stored.is_object()) {
    throw UsageError(
        fmt::format("{}: missing or damaged, expected the settings of {} beside it, or a new folder", source, kRows));
  }
  const nlohmann::json before = stored.flatten();
  const nlohmann::json wanted = now.flatten();
  for (const auto& [key, value] : wanted.items()) {
    const nlohmann::json was = before.value(key, nlohmann::json());
    if (was != value) {
      throw UsageError(fmt::format("{}: measured with {} {}, found {} now, expected the same or another folder", source,
                                   key.substr(1), was.dump(), value.dump()));
    }
  }
}

void CostFolder::read_rows() {
  for (const CsvRow& row : read_csv(path_ / kRows, kHeader)) {
    rows_.push_back({.part = row.fields[0],
                     .method = row.fields[1],
                     .width = row.count(2),
                     .batch = row.count(3),
                     .cost = {.seconds = row.number(4), .bytes = static_cast<std::size_t>(row.number(5))}});
  }
}

bool CostFolder::has(std::string_view part, std::string_view method, int width, int batch) const {
  return std::ranges::any_of(rows_, [&](const CostRow& row) {
    return row.part == part && row.method == method && row.width == width && row.batch == batch;
  });
}

void CostFolder::save() {
  std::ranges::stable_sort(rows_, {}, [](const CostRow& row) { return std::tuple(row.width, row.batch); });
  std::string csv = fmt::format("{}\n", kHeader);
  for (const CostRow& row : rows_) {
    csv += fmt::format("{},{},{},{},{},{}\n", row.part, row.method, row.width, row.batch, row.cost.seconds,
                       row.cost.bytes);
  }
  replace_file(path_ / kRows, csv);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
