#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// The power p of y = c xᵖ.
struct Slope {
  double power = 0;
  int points = 0;  ///< that it was fitted to
};

/// By least squares on the logarithms of positive pairs (x, y): of those with x from 256 on, or of all where these are
/// fewer than 3. Nothing where less than two different x are left.
std::optional<Slope> fitted_slope(std::vector<std::pair<double, double>> points);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
