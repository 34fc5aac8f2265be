#include "second_order/options.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/optimizers/weight_decay.h"
#include "second_order/layer_factors.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

bool is_narrow(const Plan& plan, int inputs) {
  const auto nodes = plan.graph().nodes();
  return std::ranges::all_of(plan.order(), [&](int index) {
    const Node& node = nodes[to_index(index)];
    return !node.is_weighted() || nodes[to_index(node.input())].features <= inputs;
  });
}

int curvature_every_in(bool narrow, int curvature_every) {
  constexpr int kNarrow = 5;
  return curvature_every != kAutomatic ? curvature_every : narrow ? kNarrow : 1;
}

double averaging_in(bool narrow, double averaging) {
  constexpr double kNarrow = 0.5;
  return averaging != kAutomatic ? averaging : narrow ? kNarrow : 0;
}

double weight_decay_in(const Plan& plan, double weight_decay) {
  if (weight_decay != kAutomatic) return weight_decay;
  const Op* const criterion = plan.graph().nodes()[to_index(plan.root())].op;
  return criterion != nullptr && criterion->targets == Op::Targets::Distributions ? 0.005 : 0.001;
}

SecondOrderOptions paper_options() {
  return {.solver = &weight_solver("ea-cg"),
          .damping = {.kind = DampingKind::Fixed},
          .trust_region = 0,
          .averaging = 0,
          .average_inputs = FactorAverages::widest,
          .curvature_every = 1,
          .weight_decay = 0,
          .average_weights = 0};
}

SecondOrderOptions resolved(SecondOrderOptions options, const Plan& plan) {
  const bool narrow = is_narrow(plan, options.average_inputs);
  options.curvature_every = curvature_every_in(narrow, options.curvature_every);
  options.averaging = averaging_in(narrow, options.averaging);
  options.weight_decay = weight_decay_in(plan, options.weight_decay);
  return options;
}

void require_in_range(const SecondOrderOptions& options) {
  const auto require = [](bool fits, const char* what, auto found, const char* expected) {
    if (!fits) throw UsageError(fmt::format("second order: {} is {}, expected {}", what, found, expected));
  };
  require(options.cg.max_iterations >= 1, "max_cg", options.cg.max_iterations, "at least 1");
  require(options.curvature_every >= 1, "curvature_every", options.curvature_every, "at least 1");
  require(options.trust_region >= 0 && std::isfinite(options.trust_region), "trust_region", options.trust_region,
          "a number from 0");
  require(options.momentum >= 0 && options.momentum < 1, "momentum", options.momentum, "a number in [0, 1)");
  options.schedule.require_valid("second order");
  require_valid_decay("second order", options.weight_decay);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
