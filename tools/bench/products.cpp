#include "tools/bench/products.h"

#include <numeric>

#include "framework/optimizers/weight_average.h"
#include "second_order/curvature/recursion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

int product_period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer, std::size_t t) {
  return static_cast<int>(Recursion::product_period(layers[t], layers[t - 1], batch, optimizer.product_share));
}

}  // namespace

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::Forward:
      return "forward";
    case Phase::Backward:
      return "backward";
    case Phase::Propagation:
      return "propagation";
    case Phase::Solve:
      return "solve";
    case Phase::Update:
      return "update";
  }
  return "";
}

bool guarded(const OptimizerOptions& optimizer) {
  return optimizer.kind->second_order && optimizer.trust_region > 0 && optimizer.average_weights > 0;
}

int period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer) {
  if (!optimizer.kind->second_order) return 1;
  int steps = 1;
  if (optimizer.curvature->method == Curvature::Method::Recursion) {
    for (std::size_t t = 2; t < layers.size(); ++t)
      steps = std::lcm(steps, product_period(layers, batch, optimizer, t));
  }
  steps *= optimizer.curvature_every;
  if (optimizer.damping.kind == DampingKind::Adaptive) steps = std::lcm(steps, optimizer.damping.every);
  return guarded(optimizer) ? std::lcm(steps, WeightAverage::kSparse) : steps;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
