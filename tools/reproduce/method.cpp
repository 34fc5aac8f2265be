#include "tools/reproduce/method.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Of an epoch, in steps: with fewer a network hardly moves in the epochs that anyone waits for.
constexpr int kFewestSteps = 10;

/// The paper's batch sizes that leave so many, or else the largest size that does.
std::vector<std::string> batch_sizes(int training_samples) {
  std::vector<std::string> sizes;
  for (const int size : {100, 500, 1000}) {
    if (size <= training_samples / kFewestSteps) sizes.push_back(fmt::format("{}", size));
  }
  if (sizes.empty()) sizes.push_back(fmt::format("{}", std::max(training_samples / kFewestSteps, 1)));
  return sizes;
}

bool solved_by_cg(const Method& method) { return method.solver == "ea-cg"; }

}  // namespace

std::string Method::id() const { return first_order() ? "sgd" : fmt::format("{}+{}", curvature, solver); }

std::vector<std::string> ids(std::span<const Method> methods) {
  std::vector<std::string> all;
  all.reserve(methods.size());
  for (const Method& method : methods) all.push_back(method.id());
  return all;
}

MethodSettings method_options(const Method& method) {
  if (method.first_order()) return {{"optimizer", "sgd"}, {"momentum", "0.9"}};
  return {{"preset", "paper"}, {"curvature", std::string(method.curvature)}, {"solver", std::string(method.solver)}};
}

MethodSettings default_settings(const Method& method, int training_samples) {
  const std::vector<std::string> sizes = batch_sizes(training_samples);
  const bool middle = !method.first_order() && sizes.size() > 2;
  MethodSettings settings{{"learning-rate", "0.1"}, {"batch-size", middle ? sizes[1] : sizes[0]}};
  if (!method.first_order()) settings.insert({"alpha", "0.02"});
  if (solved_by_cg(method)) settings.insert({{"max-cg", "50"}, {"cg-tolerance", "0.1"}});
  return settings;
}

std::vector<GridAxis> paper_grid(const Method& method, int training_samples) {
  std::vector<GridAxis> grid{{"learning-rate", {"0.05", "0.1", "0.2"}}, {"batch-size", batch_sizes(training_samples)}};
  if (!method.first_order()) grid.push_back({"alpha", {"0.01", "0.02", "0.05", "0.1"}});
  if (solved_by_cg(method)) {
    grid.push_back({"max-cg", {"5", "10", "20", "50"}});
    grid.push_back({"cg-tolerance", {"1e-10", "1e-05", "0.01", "0.1"}});
  }
  return grid;
}

std::vector<MethodSettings> grid_points(std::span<const GridAxis> grid) {
  std::vector<MethodSettings> points{{}};
  for (const GridAxis& axis : grid) {
    std::vector<MethodSettings> longer;
    longer.reserve(points.size() * axis.values.size());
    for (const MethodSettings& point : points) {
      for (const std::string_view value : axis.values) {
        longer.push_back(point);
        longer.back().emplace(axis.option, value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::string settings_name(const MethodSettings& settings) {
  std::string name;
  for (const auto& [option, value] : settings) {
    if (!name.empty()) name += ',';
    name.append(option).append("=").append(value);
  }
  return name;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
