#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/op.h"

/// The methods that the paper compares, and the settings it looked for them in.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Values of options of tools/train, by name without the dashes.
using MethodSettings = std::map<std::string, std::string>;

/// Curvature and solver by their names in tools/train; both empty: SGD.
struct Method {
  std::string_view curvature;
  std::string_view solver;

  /// "sgd", or CURVATURE+SOLVER.
  [[nodiscard]] std::string id() const;
  [[nodiscard]] bool first_order() const { return curvature.empty(); }
};

/// Of each, in order.
std::vector<std::string> ids(std::span<const Method> methods);

/// The options of tools/train that choose the method.
MethodSettings method_options(const Method& method);

/// The setting known to leave the plateau of the paper's CIFAR-10 network, fitted to a training set of so many samples.
MethodSettings default_settings(const Method& method, int training_samples);

/// The values of one option.
struct GridAxis {
  std::string_view option;
  std::vector<std::string> values;
};

/// The paper's grid, without batches too large for a training set of so many samples.
std::vector<GridAxis> paper_grid(const Method& method, int training_samples);

/// All combinations, the last axis changing fastest.
std::vector<MethodSettings> grid_points(std::span<const GridAxis> grid);

/// Settings as the name of a folder: "alpha=0.02,batch-size=500,...".
std::string settings_name(const MethodSettings& settings);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
