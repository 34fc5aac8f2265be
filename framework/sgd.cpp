#include "framework/sgd.h"

#include <fmt/core.h>

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Sgd::Sgd(Plan& plan, const SgdOptions& options) : plan_(plan), options_(options) {
  plan.require_gradients("sgd");
  for (const Tensor& parameter : plan.graph().parameters()) velocity_.emplace_back(parameter.shape());
}

StepSummary Sgd::step() {
  for (std::size_t p = 0; p < velocity_.size(); ++p) {
    const ConstMatrixView gradient = plan_.parameter_gradient(static_cast<int>(p));
    if (!gradient) continue;
    const real momentum = static_cast<real>(options_.momentum);
    const real rate = static_cast<real>(options_.learning_rate);
    const real* g = gradient.data;
    real* v = velocity_[p].view().data;
    real* theta = plan_.graph().parameters()[p].view().data;
    for_each_index(gradient.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
      v[i] = momentum * v[i] + g[i];
      theta[i] -= rate * v[i];
    });
  }
  return {};
}

std::vector<NamedState> Sgd::state() {
  std::vector<NamedState> state;
  for (std::size_t p = 0; p < velocity_.size(); ++p) {
    state.push_back({fmt::format("velocity.{}", p), velocity_[p]});
  }
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
