#include "framework/optimizers/sgd.h"

#include <fmt/core.h>

#include "framework/linalg.h"
#include "framework/optimizers/weight_decay.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Sgd::Sgd(Plan& plan, const SgdOptions& options) : plan_(plan), options_(options) {
  plan.require_gradients("sgd");
  options.schedule.require_valid("sgd");
  require_valid_decay("sgd", options.weight_decay);
  for (const Tensor& parameter : plan.graph().parameters()) velocity_.emplace_back(parameter.shape());
}

StepSummary Sgd::step() {
  const double eta = options_.learning_rate * options_.schedule.factor(steps_++);
  decay_weights(plan_, 1 - eta * options_.weight_decay);
  for (std::size_t p = 0; p < velocity_.size(); ++p) {
    const int parameter = static_cast<int>(p);
    if (!plan_.uses(parameter)) continue;
    plan_.add_gradient(parameter, static_cast<real>(options_.momentum), velocity_[p]);
    axpy(-static_cast<real>(eta), velocity_[p], plan_.graph().parameters()[p]);
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
