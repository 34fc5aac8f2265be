#include "tools/reproduce/report/error_case.h"

#include <algorithm>
#include <cstddef>

#include "tools/reproduce/files.h"
#include "tools/reproduce/report/document.h"
#include "tools/reproduce/report/errors_report.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

/// By update, the layers' errors.
using Measured = std::map<int, std::vector<double>>;

std::string shown(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string in_one_line(const json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string() && value.get_ref<const std::string&>().empty()) continue;  // a message of nothing
    std::string name = key;
    std::ranges::replace(name, '_', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", escaped(name),
                        value.is_object() ? fmt::format("({})", in_one_line(value)) : escaped(shown(value)));
  }
  return text;
}

std::map<std::string, Measured> read_errors(const std::filesystem::path& path) {
  std::map<std::string, Measured> all;
  for (const CsvRow& row : read_csv(path, "update,curvature,layer,error")) {
    std::vector<double>& layers = all[row.fields[1]][row.count(0)];
    const int layer = row.count(2);
    if (layer != static_cast<int>(layers.size()) + 1) {
      throw Error(fmt::format("{}: found layer {}, expected {}", row.where, layer, layers.size() + 1));
    }
    layers.push_back(row.number(3));
  }
  return all;
}

CurvatureErrors means(const std::filesystem::path& path, const std::string& curvature, const Measured& measured) {
  CurvatureErrors result;
  result.layers.resize(measured.begin()->second.size());
  for (const auto& [update, layers] : measured) {
    if (layers.size() != result.layers.size()) {
      throw Error(fmt::format("{}: {} at update {}: found {} layers, expected {}", path.string(), curvature, update,
                              layers.size(), result.layers.size()));
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      result.layers[i] += layers[i] / static_cast<double>(measured.size());
    }
    result.by_update.emplace_back(update, total_error(layers));
  }
  return result;
}

}  // namespace

ErrorCase read_error_case(const std::filesystem::path& folder) {
  ErrorCase result;
  const std::filesystem::path path = folder / "errors.csv";
  for (const auto& [curvature, measured] : read_errors(path)) {
    result.curvatures[curvature] = means(path, curvature, measured);
  }
  for (const CsvRow& row : read_csv(folder / "loss.csv", "update,loss")) {
    result.losses.emplace_back(row.count(0), row.number(1));
  }
  read_json(folder / "case.json", [&](const json& file) {
    result.lossy_jpeg = file.value("lossy_jpeg", false);
    result.setting = in_one_line(file);
    return 0;
  });
  return result;
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
