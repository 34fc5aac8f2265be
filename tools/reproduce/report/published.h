#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reproduce/report/comparison.h"

/// What the paper says. It has figures but no tables of losses, accuracies or times.

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// EA-CG (first) or KFI (second) ahead of the other; Unknown where the paper claims neither.
struct PairClaim {
  std::string_view words;
  Ahead ahead = Ahead::Unknown;
};

struct PublishedTraining {
  std::string_view experiment;
  std::string_view title;
  std::string_view time_figure;
  std::string_view epoch_figure;
  std::string_view axes;  ///< the numbers that can be read from the figures
  PairClaim seconds;
  PairClaim epochs;
  PairClaim accuracy;
  std::string_view sgd;
};
/// Of one of the four experiments that train; nullptr for another name.
const PublishedTraining* published_training(std::string_view experiment);

/// Table 2, 3, 4 or 5.
struct PublishedErrors {
  std::string_view hessian_case;
  std::string_view title;
  int table;
  /// Layers 1 to 8 and the total, each of Fisher, Gauss-Newton (negative where the table has none), PCH-1 and PCH-2.
  std::array<std::array<double, 4>, 9> rows;

  /// Of `curvature`, by layers; nothing where the table has no such column.
  [[nodiscard]] std::optional<std::vector<double>> column(std::string_view curvature) const;
  [[nodiscard]] std::optional<double> total(std::string_view curvature) const;
};
/// In the order of the tables.
std::span<const PublishedErrors> published_errors();

/// The power of the width n that Table 1 has for a layer's time at a fixed batch; nothing for what has no row there.
std::optional<int> published_exponent(std::string_view method);
std::string_view published_cost(std::string_view method);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
