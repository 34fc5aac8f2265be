#include "second_order/second_order.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/weight_decay.h"
#include "second_order/predicted_change.h"
#include "second_order/row_space.h"
#include "second_order/trace.h"
#include "second_order/trust_region.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Batches of fewer samples have a trust region that is smaller in proportion.
constexpr double kFewSamples = 30;

StepSummary failure(int layer, const char* what, const SolveSummary& summary) {
  return {.taken = false, .message = fmt::format("layer {}, {}: {}", layer, what, to_string(summary))};
}

double mean_eigenvalue(ConstMatrixView block) { return trace(block) / block.rows; }

/// The options with what goes by the network.
SecondOrderOptions for_network(SecondOrderOptions options, const Plan& plan) {
  const bool narrow = is_narrow(plan, options.average_inputs);
  options.curvature_every = curvature_every_in(narrow, options.curvature_every);
  options.averaging = averaging_in(narrow, options.averaging);
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

}  // namespace

SecondOrder::SecondOrder(Plan& plan, const SecondOrderOptions& options)
    : plan_(plan),
      options_(for_network(options, plan)),
      propagation_(plan, *options.curvature, {.seed = options.seed, .product_share = options.product_share}),
      averages_(propagation_, {.decay = options_.averaging,
                               .max_inputs = options.solver->takes_moment ? options.average_inputs : 0,
                               .joined = options.solver->joins_bias}),
      damping_(make_damping(options.damping)) {
  require_in_range(options_);
  if (options.average_weights != 0) average_.emplace(plan.graph(), options.average_weights);
  if (average_ && options.trust_region > 0) guard_.emplace();
  // A step that may be taken back has to be known when the batch's values have changed.
  const bool velocity = options.momentum > 0 || options.damping.kind == DampingKind::Adaptive;
  for (const LayerBlock& layer : propagation_.layers()) {
    const Shape weight = plan.graph().parameters()[static_cast<std::size_t>(layer.weight)].shape();
    states_.push_back({.solver = options.solver->make({.weight = weight,
                                                       .max_batch = plan.max_batch(),
                                                       .cg = options.cg,
                                                       .rank = options.rank,
                                                       .keeps = options_.curvature_every > 1}),
                       .bias_right_side = Tensor(weight.rows, 1),
                       .bias_direction = Tensor(weight.rows, 1),
                       .weight_velocity = velocity ? Tensor(weight) : Tensor(),
                       .bias_velocity = velocity ? Tensor(weight.rows, 1) : Tensor()});
    summaries_.push_back({.layer = layer.layer});
    const ConstMatrixView average = averages_.block(blocks_.size());
    blocks_.push_back(average ? average : propagation_.block(layer));
  }
}

StepSummary SecondOrder::step() {
  if (guard_) {
    const StepGuard::Verdict verdict = guard_->look_at(plan_.mean_loss());
    if (verdict != StepGuard::Verdict::InReason) return leave_out(verdict);
  }
  if (StepSummary summary = propagate(); !summary.taken) return summary;
  if (StepSummary summary = solve(); !summary.taken) return summary;
  update();
  return {};
}

std::vector<NamedState> SecondOrder::state() {
  std::vector<NamedState> state = averages_.state();
  if (options_.curvature_every > 1 && state.empty()) {
    for (const LayerBlock& layer : propagation_.layers()) {
      state.push_back({fmt::format("block.{}", layer.layer), propagation_.block(layer)});
    }
  }
  for (NamedState& product : propagation_.state()) state.push_back(product);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    for (const NamedState& kept : states_[i].solver->state()) {
      state.push_back({fmt::format("solver.{}.{}", kept.name, i + 1), kept.values});
    }
    if (states_[i].bias_velocity.size() == 0) continue;
    state.push_back({fmt::format("velocity.weight.{}", i + 1), states_[i].weight_velocity});
    state.push_back({fmt::format("velocity.bias.{}", i + 1), states_[i].bias_velocity});
  }
  for (NamedState& learned : damping_->state()) state.push_back(learned);
  if (average_) {
    for (NamedState& mean : average_->state()) state.push_back(mean);
  }
  if (guard_) {
    for (NamedState& learned : guard_->state()) state.push_back(learned);
  }
  return state;
}

// A batch whose loss is beyond reason: it has no step, and where the parameters are to blame they go back to their
// average.
StepSummary SecondOrder::leave_out(StepGuard::Verdict verdict) {
  ++steps_;
  if (verdict == StepGuard::Verdict::Odd) return {};
  if (steps_ == 1 || guard_->exhausted()) {
    return {.taken = false,
            .message = fmt::format("the loss is {}, and shorter steps have not helped; more damping (rho) may",
                                   std::abs(plan_.mean_loss()))};
  }
  guard_->shrink();
  average_->restore();
  clear_velocities();
  return {};
}

void SecondOrder::clear_velocities() {
  for (LayerState& state : states_) {
    fill(state.weight_velocity, 0);
    fill(state.bias_velocity, 0);
  }
}

StepSummary SecondOrder::propagate() {
  if (average_) average_->add(steps_);
  kept_ = steps_ % options_.curvature_every != 0;
  if (kept_) return {};
  const std::int64_t number = steps_ / options_.curvature_every;
  const SolveSummary propagated = propagation_.run(static_cast<std::uint64_t>(number));
  if (!propagated.usable()) return failure(static_cast<int>(states_.size()), "criterion block", propagated);
  averages_.add(propagation_, number + 1);
  return {};
}

double SecondOrder::input_mean(std::size_t i) const {
  const ConstMatrixView moment = averages_.moment(i);
  if (moment) return mean_eigenvalue(moment);
  return curvegraph::input_mean(propagation_.input(propagation_.layers()[i]), options_.solver->joins_bias);
}

StepSummary SecondOrder::solve() {
  slope_ = 0;
  const bool bounded = options_.trust_region > 0;
  loss_ = bounded || damping_->measures(steps_) ? plan_.mean_loss() : 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    solve_layer(i);
    const LayerSummary& summary = summaries_[i];
    if (!summary.weight.usable()) return failure(summary.layer, "weight", summary.weight);
    if (!summary.bias.usable()) return failure(summary.layer, "bias", summary.bias);
    LayerState& state = states_[i];
    slope_ += state.direction.slope;
    if (options_.solver->joins_bias) continue;
    slope_ -= static_cast<double>(dot(state.bias_direction, state.bias_right_side));
    state.direction.bias = state.bias_direction;
  }
  const double scale = guard_ ? guard_->scale() : 1;
  // What a handful of samples wants is no good guide for the others.
  const double few = guard_ ? std::min(1.0, plan_.batch() / kFewSamples) : 1;
  share_ = trust_share(few * scale * options_.trust_region, std::abs(loss_), options_.learning_rate, slope_);
  return {};
}

// A system that is not positive definite, or not by enough for its solution to be accurate, is damped more and more,
// where its damping can be raised.
void SecondOrder::solve_layer(std::size_t i) {
  const LayerBlock& layer = propagation_.layers()[i];
  LayerState& state = states_[i];
  LayerSummary& summary = summaries_[i];
  const bool fixed = options_.damping.kind == DampingKind::Fixed;
  const double input = fixed ? 0 : input_mean(i);
  const double output = fixed ? 0 : mean_eigenvalue(blocks_[i]);
  constexpr double kRaise = 10;
  for (double raise = 1;; raise *= kRaise) {
    const LayerDamping damping = damping_->of_layer(output, input, raise);
    summary.damping = damping;
    summary.weight = state.solver->solve({.G = blocks_[i],
                                          .delta = propagation_.delta(layer),
                                          .input = propagation_.input(layer),
                                          .moment = averages_.moment(i),
                                          .share = damping.share,
                                          .damping = damping.weight,
                                          .input_mean = input,
                                          .kept = kept_},
                                         state.direction, workspace_);
    if (summary.weight.usable() && !options_.solver->joins_bias) summary.bias = solve_bias(i);
    const auto too_little = [](const SolveSummary& s) {
      return s.status == SolveStatus::NotPositiveDefinite || s.status == SolveStatus::Inaccurate;
    };
    if (!(too_little(summary.weight) || too_little(summary.bias)) || !damping_->can_raise(raise)) return;
  }
}

SolveSummary SecondOrder::solve_bias(std::size_t i) {
  workspace_.reset();
  LayerState& state = states_[i];
  const real share = static_cast<real>(summaries_[i].damping.share);
  const real damping = static_cast<real>(summaries_[i].damping.bias);
  copy(plan_.parameter_gradient(propagation_.layers()[i].bias), state.bias_right_side);
  scal(-1, state.bias_right_side);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    gemv(share, blocks_[i], Transpose::No, p, damping, q);
  };
  return conjugate_gradients(apply, state.bias_right_side, state.bias_direction, options_.cg, workspace_);
}

// All layers at once, so that a failure anywhere leaves every parameter as it was.
void SecondOrder::update() {
  const real eta = static_cast<real>(learning_rate());
  const real nu = static_cast<real>(share_);
  // Its part of what a step does to the loss is none that the model of the loss predicts.
  const double decay = 1 - learning_rate() * options_.weight_decay;
  if (!guard_) decay_weights(plan_, decay);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const LayerBlock& layer = propagation_.layers()[i];
    LayerState& state = states_[i];
    if (state.bias_velocity.size() == 0) {
      add_direction(eta * nu, state.direction, 1, parameter(layer.weight));
      axpy(eta * nu, state.direction.bias, parameter(layer.bias));
      continue;
    }
    const real mu = static_cast<real>(options_.momentum);
    add_direction(nu, state.direction, mu, state.weight_velocity);
    scal(mu, state.bias_velocity);
    axpy(nu, state.direction.bias, state.bias_velocity);
    axpy(eta, state.weight_velocity, parameter(layer.weight));
    axpy(eta, state.bias_velocity, parameter(layer.bias));
  }
  if (damping_->measures(steps_)) {
    measure(eta);
  } else if (guard_ && options_.momentum == 0 && WeightAverage::due(steps_)) {
    judge();
  }
  if (guard_) decay_weights(plan_, decay);
  ++steps_;
}

void SecondOrder::judge() {
  plan_.forward();
  // With D = -C⁻¹ g: ⟨D, g⟩ ε + ½ ⟨D, C D⟩ ε² for a step ε D.
  const double epsilon = learning_rate() * share_;
  const double predicted = slope_ * epsilon * (1 - epsilon / 2);
  if (guard_->judge(loss_, plan_.mean_loss(), predicted)) return;
  average_->restore();
}

void SecondOrder::measure(real eta) {
  measurement_.predicted = predicted_change(plan_, propagation_, blocks_, workspace_);
  plan_.forward();
  measurement_.actual = plan_.mean_loss() - loss_;
  // A velocity that leads uphill for this batch says nothing of the model.
  const bool downhill = measurement_.predicted < 0;
  measurement_.accepted = std::isfinite(measurement_.actual) && !(downhill && measurement_.actual > 0);
  if (measurement_.accepted) {
    if (downhill) damping_->accepted(measurement_.actual / measurement_.predicted, share_ < 1);
    return;
  }
  damping_->rejected();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const LayerBlock& layer = propagation_.layers()[i];
    LayerState& state = states_[i];
    axpy(-eta, state.weight_velocity, parameter(layer.weight));
    axpy(-eta, state.bias_velocity, parameter(layer.bias));
  }
  clear_velocities();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
