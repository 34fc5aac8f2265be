#include "second_order/curvature/sampled_gradients.h"

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

MatrixView of_batch(Tensor& tensor, int batch) { return columns(tensor.view(), 0, batch); }

}  // namespace

SampledGradients::SampledGradients(const Plan& plan) : plan_(&plan), gradients_(plan.graph().nodes().size()) {
  const auto nodes = plan.graph().nodes();
  const Node& root = nodes[to_index(plan.root())];
  if (root.op == nullptr || root.op->draw_targets == nullptr) {
    throw UsageError(
        fmt::format("sampled gradients: the root must be a criterion with a distribution of targets, found {}",
                    plan.graph().describe(plan.root())));
  }
  targets_ = Tensor(nodes[to_index(root.inputs[0])].features, plan.max_batch());
  for (const int index : plan.order()) {
    if (plan.trainable(index)) gradients_[to_index(index)] = Tensor(nodes[to_index(index)].features, plan.max_batch());
  }
}

MatrixView SampledGradients::gradient(int node) {
  return plan_->trainable(node) ? of_batch(gradients_[to_index(node)], plan_->batch()) : MatrixView{};
}

ConstMatrixView SampledGradients::delta(int node) const {
  return columns(gradients_[to_index(node)].view(), 0, plan_->batch());
}

void SampledGradients::run(Random& random) {
  const auto nodes = plan_->graph().nodes();
  const auto order = plan_->order();
  const MatrixView targets = of_batch(targets_, plan_->batch());
  workspace_.reset();
  nodes[to_index(plan_->root())].op->draw_targets(
      {.x = plan_->views(plan_->root()).x[0], .t = targets, .random = random, .workspace = workspace_});

  for (const int index : order) {
    if (plan_->trainable(index)) fill(gradient(index), 0);
  }
  fill(gradient(plan_->root()), 1);
  for (auto index = order.rbegin(); index != order.rend(); ++index) {
    if (!plan_->trainable(*index)) continue;
    const Node& node = nodes[to_index(*index)];
    const Plan::NodeViews& v = plan_->views(*index);
    x_ = v.x;
    if (*index == plan_->root()) x_[1] = targets;
    dx_.clear();
    for (const int input : node.inputs) dx_.push_back(gradient(input));
    dparameters_.assign(node.parameters.size(), {});
    workspace_.reset();
    node.op->backward({.x = x_,
                       .parameters = v.parameters,
                       .y = v.y,
                       .dy = gradient(*index),
                       .dx = dx_,
                       .dparameters = dparameters_,
                       .workspace = workspace_});
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
