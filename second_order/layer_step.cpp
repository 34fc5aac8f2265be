#include "second_order/layer_step.h"

#include <fmt/core.h>

#include "framework/index.h"
#include "framework/linalg.h"
#include "second_order/algebra/conjugate_gradients.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

bool needs_damping(const SolveSummary& summary) {
  return summary.status == SolveStatus::NotPositiveDefinite || summary.status == SolveStatus::Inaccurate;
}

}  // namespace

LayerStep::LayerStep(Plan& plan, const LayerFactors& factors, std::size_t index, const SecondOrderOptions& options,
                     bool velocity)
    : plan_(&plan),
      factors_(&factors),
      index_(index),
      cg_(options.cg),
      joins_bias_(options.solver->joins_bias),
      bias_parameter_(factors.layers()[index].bias) {
  const WeightedLayer& layer = factors.layers()[index];
  const auto parameters = plan.graph().parameters();
  weight_ = parameters[to_index(layer.weight)];
  bias_ = parameters[to_index(layer.bias)];
  const Shape weight = weight_.shape();
  solver_ = options.solver->make({.weight = weight,
                                  .max_batch = plan.max_batch(),
                                  .cg = options.cg,
                                  .rank = options.rank,
                                  .keeps = options.curvature_every > 1});
  summary_.layer = layer.layer;
  bias_right_side_ = Tensor(weight.rows, 1);
  bias_direction_ = Tensor(weight.rows, 1);
  if (!velocity) return;
  weight_velocity_ = Tensor(weight);
  bias_velocity_ = Tensor(weight.rows, 1);
}

void LayerStep::solve(const Damping& damping, bool relative, Workspace& workspace) {
  const WeightedLayer& layer = factors_->layers()[index_];
  const LayerBlocks& blocks = factors_->layer_blocks();
  const double input_mean = relative ? factors_->input_mean(index_) : 0;
  const double output_mean = relative ? factors_->output_mean(index_) : 0;
  constexpr double kRaise = 10;
  for (double raise = 1;; raise *= kRaise) {
    summary_.damping = damping.of_layer(output_mean, input_mean, raise);
    WeightSystem system{.G = factors_->output_factors()[index_],
                        .delta = blocks.delta(layer),
                        .input = blocks.input(layer),
                        .moment = factors_->moment(index_),
                        .share = summary_.damping.share,
                        .damping = summary_.damping.weight,
                        .kept = factors_->kept()};
    if (relative) system.input_mean = input_mean;
    summary_.weight = solver_->solve(system, direction_, workspace);
    slope_ = direction_.slope;
    if (summary_.weight.usable() && !joins_bias_) summary_.bias = solve_bias(workspace);
    if (!(needs_damping(summary_.weight) || needs_damping(summary_.bias)) || !damping.can_raise(raise)) return;
  }
}

// (s G + λ'I) d = -E[δ]  (10a)
SolveSummary LayerStep::solve_bias(Workspace& workspace) {
  workspace.reset();
  const real share = static_cast<real>(summary_.damping.share);
  const real damping = static_cast<real>(summary_.damping.bias);
  copy(plan_->parameter_gradient(bias_parameter_), bias_right_side_);
  scal(-1, bias_right_side_);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    gemv(share, factors_->output_factors()[index_], Transpose::No, p, damping, q);
  };
  const SolveSummary summary = conjugate_gradients(apply, bias_right_side_, bias_direction_, cg_, workspace);
  if (!summary.usable()) return summary;
  slope_ -= static_cast<double>(dot(bias_direction_, bias_right_side_));
  direction_.bias = bias_direction_;
  return summary;
}

void LayerStep::move(real eta, real nu, real mu) {
  if (bias_velocity_.size() == 0) {
    add_direction(eta * nu, direction_, 1, weight_);
    axpy(eta * nu, direction_.bias, bias_);
    return;
  }
  add_direction(nu, direction_, mu, weight_velocity_);
  scal(mu, bias_velocity_);
  axpy(nu, direction_.bias, bias_velocity_);
  axpy(eta, weight_velocity_, weight_);
  axpy(eta, bias_velocity_, bias_);
}

void LayerStep::take_back(real eta) {
  axpy(-eta, weight_velocity_, weight_);
  axpy(-eta, bias_velocity_, bias_);
  clear_velocity();
}

void LayerStep::clear_velocity() {
  fill(weight_velocity_, 0);
  fill(bias_velocity_, 0);
}

std::vector<NamedState> LayerStep::state() {
  std::vector<NamedState> state;
  for (const NamedState& kept : solver_->state()) {
    state.push_back({fmt::format("solver.{}.{}", kept.name, summary_.layer), kept.values});
  }
  if (bias_velocity_.size() == 0) return state;
  state.push_back({fmt::format("velocity.weight.{}", summary_.layer), weight_velocity_});
  state.push_back({fmt::format("velocity.bias.{}", summary_.layer), bias_velocity_});
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
