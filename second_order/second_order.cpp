#include "second_order/second_order.h"

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/weight_decay.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

StepSummary failure(int layer, const char* what, const SolveSummary& summary) {
  return {.taken = false, .message = fmt::format("layer {}, {}: {}", layer, what, to_string(summary))};
}

}  // namespace

SecondOrder::SecondOrder(Plan& plan, const SecondOrderOptions& options)
    : plan_(plan), options_(options), propagation_(plan, *options.curvature, options.seed) {
  if (!(options.alpha > 0 && options.alpha <= 1)) {
    throw UsageError(fmt::format("second order: alpha is {}, expected a number in (0, 1]", options.alpha));
  }
  if (options.cg.max_iterations < 1) {
    throw UsageError(fmt::format("second order: max_cg is {}, expected at least 1", options.cg.max_iterations));
  }
  if (options.curvature_every < 1) {
    throw UsageError(fmt::format("second order: curvature_every is {}, expected at least 1", options.curvature_every));
  }
  options.schedule.require_valid("second order");
  require_valid_decay("second order", options.weight_decay);
  for (const LayerBlock& layer : propagation_.layers()) {
    const Shape weight = plan.graph().parameters()[static_cast<std::size_t>(layer.weight)].shape();
    states_.push_back(
        {.solver = options.solver->make({.weight = weight, .max_batch = plan.max_batch(), .cg = options.cg}),
         .bias_right_side = Tensor(weight.rows, 1),
         .bias_direction = Tensor(weight.rows, 1)});
    summaries_.push_back({.layer = layer.layer});
  }
}

StepSummary SecondOrder::step() {
  if (StepSummary summary = propagate(); !summary.taken) return summary;
  if (StepSummary summary = solve(); !summary.taken) return summary;
  update();
  return {};
}

std::vector<NamedState> SecondOrder::state() {
  std::vector<NamedState> state;
  if (options_.curvature_every == 1) return state;
  for (const LayerBlock& layer : propagation_.layers()) {
    state.push_back({fmt::format("block.{}", layer.layer), propagation_.block(layer)});
  }
  return state;
}

StepSummary SecondOrder::propagate() {
  if (steps_ % options_.curvature_every != 0) return {};
  const SolveSummary propagated = propagation_.run(static_cast<std::uint64_t>(steps_));
  if (!propagated.usable()) return failure(static_cast<int>(states_.size()), "criterion block", propagated);
  return {};
}

StepSummary SecondOrder::solve() {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const LayerBlock& layer = propagation_.layers()[i];
    const WeightSystem system{.G = propagation_.block(layer),
                              .delta = propagation_.delta(layer),
                              .input = propagation_.input(layer),
                              .alpha = options_.alpha};
    summaries_[i].weight = states_[i].solver->solve(system, states_[i].direction, workspace_);
    if (!summaries_[i].weight.usable()) return failure(layer.layer, "weight", summaries_[i].weight);
    summaries_[i].bias = solve_bias(layer, states_[i]);
    if (!summaries_[i].bias.usable()) return failure(layer.layer, "bias", summaries_[i].bias);
  }
  return {};
}

// All layers at once, so that a failure anywhere leaves every parameter as it was.
void SecondOrder::update() {
  const auto parameters = plan_.graph().parameters();
  const double rate = options_.learning_rate * options_.schedule.factor(steps_);
  const real eta = static_cast<real>(rate);
  decay_weights(plan_, 1 - rate * options_.weight_decay);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const LayerBlock& layer = propagation_.layers()[i];
    add_direction(eta, states_[i].direction, parameters[static_cast<std::size_t>(layer.weight)]);
    axpy(eta, states_[i].bias_direction, parameters[static_cast<std::size_t>(layer.bias)]);
  }
  ++steps_;
}

SolveSummary SecondOrder::solve_bias(const LayerBlock& layer, LayerState& state) {
  workspace_.reset();
  const real alpha = static_cast<real>(options_.alpha);
  const ConstMatrixView block = propagation_.block(layer);
  copy(plan_.parameter_gradient(layer.bias), state.bias_right_side);
  scal(-1, state.bias_right_side);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    gemv(1 - alpha, block, Transpose::No, p, alpha, q);
  };
  return conjugate_gradients(apply, state.bias_right_side, state.bias_direction, options_.cg, workspace_);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
