#pragma once

#include <cstddef>

#include "framework/plan.h"
#include "models/model.h"
#include "tools/reproduce/cost.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Cost {
  double seconds = 0;  ///< median
  std::size_t bytes = 0;
};

/// A network of one width with random parameters at a batch of random data, forward and backward done.
class CostNetwork {
 public:
  CostNetwork(const CostOptions& options, int width, int batch);

  /// What the rows of cost.csv are of; see measure_cost(). Both throw Error with layer and number where they fail.
  Cost propagation(const Curvature& curvature);
  Cost solve(const WeightSolverKind& solver);

 private:
  const CostOptions& options_;
  Model model_;
  Plan plan_;
};

/// From its inputs to its outputs.
std::vector<int> cost_layers(const CostOptions& options, int width);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
