#include "tools/reproduce/report/slope.h"

#include <algorithm>
#include <cmath>

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

/// Below it, what a layer costs beside its products still shows.
constexpr double kFrom = 256;
constexpr int kFewest = 3;

}  // namespace

std::optional<Slope> fitted_slope(std::vector<std::pair<double, double>> points) {
  std::erase_if(points, [](const auto& point) { return !(point.first > 0 && point.second > 0); });
  const auto wide = [](const auto& point) { return point.first >= kFrom; };
  if (std::ranges::count_if(points, wide) >= kFewest)
    std::erase_if(points, [&](const auto& point) { return !wide(point); });
  const auto count = static_cast<double>(points.size());
  double mean_x = 0;
  double mean_y = 0;
  for (auto& [x, y] : points) {
    x = std::log(x);
    y = std::log(y);
    mean_x += x / count;
    mean_y += y / count;
  }
  double xx = 0;
  double xy = 0;
  for (const auto& [x, y] : points) {
    xx += (x - mean_x) * (x - mean_x);
    xy += (x - mean_x) * (y - mean_y);
  }
  constexpr double kRounding = 1e-20;
  if (xx < kRounding) return std::nullopt;
  return Slope{.power = xy / xx, .points = static_cast<int>(points.size())};
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
