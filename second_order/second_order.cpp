#include "second_order/second_order.h"

#include <cmath>

#include <fmt/core.h>

#include "framework/index.h"
#include "framework/optimizers/weight_average.h"
#include "framework/optimizers/weight_decay.h"
#include "second_order/layer_factors.h"
#include "second_order/layer_step.h"
#include "second_order/step_control.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

StepSummary failure(int layer, const char* what, const SolveSummary& summary) {
  return {.taken = false, .message = fmt::format("layer {}, {}: {}", layer, what, to_string(summary))};
}

}  // namespace

SecondOrder::SecondOrder(Plan& plan, const SecondOrderOptions& options)
    : plan_(plan),
      options_(resolved(options, plan)),
      factors_(std::make_unique<LayerFactors>(plan, options_)),
      control_(std::make_unique<StepControl>(options_)) {
  require_in_range(options_);
  if (options_.average_weights != 0) average_ = std::make_unique<WeightAverage>(plan.graph(), options_.average_weights);
  // A step that may be taken back has to be known when the batch's values have changed.
  const bool velocity = options_.momentum > 0 || options_.damping.kind == DampingKind::Adaptive;
  for (std::size_t i = 0; i < factors_->layers().size(); ++i) {
    steps_of_layers_.emplace_back(plan, *factors_, i, options_, velocity);
    summaries_.push_back(steps_of_layers_[i].summary());
  }
}

SecondOrder::~SecondOrder() = default;

bool SecondOrder::copes_with_any_loss() const { return control_->guarded(); }

const LayerBlocks& SecondOrder::layer_blocks() const { return factors_->layer_blocks(); }

ConstMatrixView SecondOrder::block(const WeightedLayer& layer) const {
  return factors_->output_factors()[to_index(layer.layer) - 1];
}

double SecondOrder::learning_rate() const { return options_.learning_rate * options_.schedule.factor(steps_); }

double SecondOrder::loss() {
  if (!loss_) loss_ = plan_.mean_loss();
  return *loss_;
}

StepSummary SecondOrder::step() {
  loss_.reset();
  if (control_->guarded()) {
    const StepGuard::Verdict verdict = control_->guard().look_at(loss());
    if (verdict != StepGuard::Verdict::InReason) return leave_out(verdict == StepGuard::Verdict::TooLarge);
  }
  if (StepSummary summary = refresh(); !summary.taken) return summary;
  if (StepSummary summary = solve(); !summary.taken) return summary;
  update();
  return {};
}

std::vector<NamedState> SecondOrder::state() {
  std::vector<NamedState> state = factors_->state();
  const auto append = [&](std::vector<NamedState> more) { state.insert(state.end(), more.begin(), more.end()); };
  for (LayerStep& layer : steps_of_layers_) append(layer.state());
  append(control_->state());
  if (average_) append(average_->state());
  return state;
}

// A batch whose loss is beyond reason has no step. Where the parameters are to blame they go back to their average.
StepSummary SecondOrder::leave_out(bool parameters_at_fault) {
  ++steps_;
  if (!parameters_at_fault) return {};
  if (steps_ == 1 || control_->guard().exhausted()) {
    return {.taken = false,
            .message = fmt::format("the loss is {}, and shorter steps have not helped; more damping (rho) may",
                                   std::abs(loss()))};
  }
  control_->guard().shrink();
  average_->restore();
  for (LayerStep& layer : steps_of_layers_) layer.clear_velocity();
  return {};
}

StepSummary SecondOrder::propagate() {
  loss_.reset();
  return refresh();
}

StepSummary SecondOrder::refresh() {
  if (average_) average_->add(steps_);
  const SolveSummary refreshed = factors_->refresh(steps_);
  if (refreshed.usable()) return {};
  return failure(static_cast<int>(steps_of_layers_.size()), "criterion block", refreshed);
}

StepSummary SecondOrder::solve() {
  slope_ = 0;
  for (std::size_t i = 0; i < steps_of_layers_.size(); ++i) {
    LayerStep& layer = steps_of_layers_[i];
    layer.solve(control_->damping(), control_->is_relative(), workspace_);
    const LayerSummary& summary = summaries_[i] = layer.summary();
    if (!summary.weight.usable()) return failure(summary.layer, "weight", summary.weight);
    if (!summary.bias.usable()) return failure(summary.layer, "bias", summary.bias);
    slope_ += layer.slope();
  }
  share_ = control_->share(control_->needs_loss(steps_) ? loss() : 0, slope_, plan_.batch());
  return {};
}

// All layers at once, so that a failure anywhere leaves every parameter as it was.
void SecondOrder::update() {
  const double eta = learning_rate();
  // Its part of what a step does to the loss is none that the model of the loss predicts.
  const double decay = 1 - eta * options_.weight_decay;
  if (!control_->guarded()) decay_weights(plan_, decay);
  for (LayerStep& layer : steps_of_layers_) {
    layer.move(static_cast<real>(eta), static_cast<real>(share_), static_cast<real>(options_.momentum));
  }
  check_step();
  if (control_->guarded()) decay_weights(plan_, decay);
  loss_.reset();
  ++steps_;
}

void SecondOrder::check_step() {
  const StepControl::Check check = control_->check(steps_);
  if (check == StepControl::Check::None) return;
  // With D = -C⁻¹ g: ⟨D, g⟩ ε + ½ ⟨D, C D⟩ ε² for a step ε D.
  const double epsilon = learning_rate() * share_;
  const double predicted = check == StepControl::Check::Damping
                               ? predicted_change(plan_, layer_blocks(), factors_->output_factors(), workspace_)
                               : slope_ * epsilon * (1 - epsilon / 2);
  plan_.forward();
  outcome_ = control_->judge(check, predicted, loss(), plan_.mean_loss(), share_);
  if (outcome_.accepted) return;
  if (check == StepControl::Check::TrustRegion) {
    average_->restore();
    return;
  }
  for (LayerStep& layer : steps_of_layers_) layer.take_back(static_cast<real>(learning_rate()));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
