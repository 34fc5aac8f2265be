#include "second_order/curvature/recursion.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "second_order/algebra/symmetric.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// The one place that knows what a policy does to the residual.
void apply_residual(Residual policy, ConstMatrixView residual, MatrixView block) {
  if (policy == Residual::Drop) return;
  const std::size_t stride = to_index(block.rows) + 1;
  const real* values = residual.data;
  real* diagonal = block.data;
  for_each_index(residual.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    const real value = values[i];
    const real positive = value > 0 ? value : 0;
    const real absolute = value > 0 ? value : -value;
    diagonal[i * stride] += policy == Residual::Keep ? value : policy == Residual::Clip ? positive : absolute;
  });
}

}  // namespace

Recursion::Recursion(const Plan& plan, const Curvature& curvature, double product_share)
    : plan_(&plan), curvature_(&curvature) {
  if (!(product_share > 0)) {
    throw UsageError(
        fmt::format("curvature {}: product_share is {}, expected a number above 0", curvature.name, product_share));
  }
  require_walkable();
  const auto nodes = plan.graph().nodes();
  blocks_.resize(nodes.size());
  residuals_.resize(nodes.size());
  emitted_.resize(nodes.size());
  residual_.resize(nodes.size());
  periods_.assign(nodes.size(), 1);
  for (const int index : plan.order()) {
    const Node& node = nodes[to_index(index)];
    if (!plan.trainable(index)) continue;
    if (index != plan.root()) blocks_[to_index(index)] = Tensor(node.features, node.features);
    residuals_[to_index(index)] = Tensor(node.features, 1);
    for (const int input : node.inputs) {
      emitted_[to_index(index)].push_back(blocks_[to_index(input)]);
      residual_[to_index(index)].push_back(residuals_[to_index(input)]);
    }
    if (node.is_weighted()) {
      periods_[to_index(index)] =
          product_period(node.features, nodes[to_index(node.input())].features, plan.max_batch(), product_share);
    }
  }
}

// Of n outputs and m inputs: G W takes 2 n² m operations and Wᵀ (G W), symmetric, n m². Forward and backward take 6 n m
// B.
std::uint64_t Recursion::product_period(int n, int m, int batch, double share) {
  const double cost = (2.0 * n + m) / (6.0 * batch);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(cost / share)));
}

std::vector<NamedState> Recursion::state() {
  std::vector<NamedState> state;
  for (const int index : plan_->order()) {
    if (periods_[to_index(index)] == 1) continue;
    for (std::size_t i = 0; i < emitted_[to_index(index)].size(); ++i) {
      if (emitted_[to_index(index)][i])
        state.push_back({fmt::format("product.{}.{}", index, i), emitted_[to_index(index)][i]});
    }
  }
  return state;
}

void Recursion::require_walkable() const {
  const Graph& graph = plan_->graph();
  const Op* root = graph.nodes()[to_index(plan_->root())].op;
  if (root == nullptr || root->kind != Op::Kind::Criterion) {
    throw UsageError(fmt::format("curvature {}: the root must be a criterion, found {}", curvature_->name,
                                 graph.describe(plan_->root())));
  }
  require_fitting(*curvature_, *root);
  std::vector<int> uses(graph.nodes().size());
  for (const int index : plan_->order()) {
    const Node& node = graph.nodes()[to_index(index)];
    if (node.op == nullptr || !plan_->trainable(index)) continue;
    if (node.op->curvature_backward == nullptr) {
      throw UsageError(fmt::format("curvature {}: {} has no curvature rule", curvature_->name, graph.describe(index)));
    }
    for (const int input : node.inputs) {
      if (plan_->trainable(input) && ++uses[to_index(input)] == 2) {
        throw UsageError(fmt::format("curvature {}: {} feeds two ops, whose cross terms block propagation would drop",
                                     curvature_->name, graph.describe(input)));
      }
    }
  }
}

SolveSummary Recursion::run(int first, int count, std::uint64_t number) {
  const auto order = plan_->order();
  const auto trainable = [this](int node) { return plan_->trainable(node); };
  for (auto index = order.rbegin(); index != order.rend(); ++index) {
    const Node& node = plan_->graph().nodes()[to_index(*index)];
    if (std::ranges::none_of(node.inputs, trainable) || number % periods_[to_index(*index)] != 0) continue;
    const std::vector<MatrixView>& emitted = emitted_[to_index(*index)];
    const std::vector<MatrixView>& residual = residual_[to_index(*index)];
    for (const MatrixView& block : emitted) fill(block, 0);
    for (const MatrixView& diagonal : residual) fill(diagonal, 0);

    const Plan::NodeViews& v = plan_->views(*index);
    x_.clear();
    for (const ConstMatrixView& input : v.x) x_.push_back(columns(input, first, count));
    workspace_.reset();
    node.op->curvature_backward({.x = x_,
                                 .parameters = v.parameters,
                                 .y = columns(v.y, first, count),
                                 .dy = columns(v.dy, first, count),
                                 .H = blocks_[to_index(*index)],
                                 .block = emitted,
                                 .residual = residual,
                                 .workspace = workspace_});
    if (node.op->kind != Op::Kind::Criterion) {
      for (std::size_t i = 0; i < emitted.size(); ++i) apply_residual(curvature_->residual, residual[i], emitted[i]);
    } else if (curvature_->criterion == CriterionBlock::AbsoluteEigenvalues && !node.op->convex) {
      workspace_.reset();
      const SolveSummary summary = take_absolute_eigenvalues(emitted[0], workspace_);
      if (!summary.usable()) return summary;
    }
  }
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
