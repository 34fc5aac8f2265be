#include "framework/optimizers/weight_decay.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

bool is_weight(const Plan& plan, int parameter) {
  const auto nodes = plan.graph().nodes();
  return std::ranges::any_of(plan.order(), [&](int index) {
    const Node& node = nodes[to_index(index)];
    return node.is_weighted() && node.weight() == parameter;
  });
}

}  // namespace

// Goes through the parameters, so that a weight that several ops share decays once.
void decay_weights(Plan& plan, double factor) {
  if (factor == 1) return;
  const auto parameters = plan.graph().parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (is_weight(plan, static_cast<int>(p))) scal(static_cast<real>(factor), parameters[p]);
  }
}

void require_valid_decay(std::string_view user, double decay) {
  if (std::isfinite(decay) && decay >= 0) return;
  throw UsageError(fmt::format("{}: weight decay is {}, expected a number from 0", user, decay));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
