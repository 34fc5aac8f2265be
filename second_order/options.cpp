#include "second_order/options.h"

#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/weight_decay.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

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
