#include "second_order/automatic.h"

#include <algorithm>
#include <cstddef>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

bool is_narrow(const Plan& plan, int inputs) {
  const auto nodes = plan.graph().nodes();
  return std::ranges::all_of(plan.order(), [&](int index) {
    const Node& node = nodes[static_cast<std::size_t>(index)];
    if (node.op == nullptr || node.op->kind != Op::Kind::Weighted) return true;
    return nodes[static_cast<std::size_t>(node.inputs[0])].features <= inputs;
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
  const Op* const criterion = plan.graph().nodes()[static_cast<std::size_t>(plan.root())].op;
  return criterion != nullptr && criterion->targets == Op::Targets::Distributions ? 0.005 : 0.001;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
