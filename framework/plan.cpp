#include "framework/plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/processors.h"
#include "framework/threads.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Plan::Plan(Graph& graph, Expr root, int max_batch, Buffers buffers)
    : graph_(&graph), root_(root.index), max_batch_(max_batch), buffers_(buffers) {
  if (root.graph != &graph) throw UsageError("plan: its root belongs to another graph");
  if (max_batch < 1) throw UsageError(fmt::format("plan: a batch of {} samples, expected at least 1", max_batch));
  watch_processors(threads());
  find_order();
  allocate();
  set_batch(max_batch);
}

void Plan::find_order() {
  const auto nodes = graph_->nodes();
  std::vector<bool> needed(nodes.size());
  trainable_.assign(nodes.size(), false);
  needed[to_index(root_)] = true;
  for (int index = root_; index >= 0; --index) {
    if (!needed[to_index(index)]) continue;
    order_.push_back(index);
    for (const int input : nodes[to_index(index)].inputs) needed[to_index(input)] = true;
  }
  std::ranges::reverse(order_);
  for (const int index : order_) {
    const Node& node = nodes[to_index(index)];
    trainable_[to_index(index)] = !node.parameters.empty() || std::ranges::any_of(node.inputs, [&](int input) {
      return trainable_[to_index(input)];
    });
  }
}

void Plan::allocate() {
  const auto nodes = graph_->nodes();
  values_.resize(nodes.size());
  value_gradients_.resize(nodes.size());
  for (const int index : order_) {
    values_[to_index(index)] = Tensor(nodes[to_index(index)].features, max_batch_);
    if (buffers_ != Buffers::Values && trainable_[to_index(index)])
      value_gradients_[to_index(index)] = Tensor(nodes[to_index(index)].features, max_batch_);
  }
  const std::size_t parameters = graph_->parameters().size();
  parameter_gradients_.resize(parameters);
  users_.assign(parameters, 0);
  left_out_.assign(parameters, -1);
  for (const int index : order_) {
    for (const int parameter : nodes[to_index(index)].parameters) ++users_[to_index(parameter)];
  }
  if (buffers_ == Buffers::Values) return;
  for (const int index : order_) {
    const Node& node = nodes[to_index(index)];
    for (std::size_t i = 0; i < node.parameters.size(); ++i) {
      const int parameter = node.parameters[i];
      if (buffers_ == Buffers::ValuesAndDeltas && node.op->kind == Op::Kind::Weighted && i == 0 &&
          users_[to_index(parameter)] == 1) {
        left_out_[to_index(parameter)] = index;
      } else {
        parameter_gradients_[to_index(parameter)] = Tensor(graph_->parameters()[to_index(parameter)].shape());
      }
    }
  }
}

void Plan::set_batch(int columns) {
  if (columns < 1 || columns > max_batch_) {
    throw UsageError(fmt::format("plan: a batch of {} samples, expected 1 to {}", columns, max_batch_));
  }
  if (columns == batch_) return;
  batch_ = columns;
  const auto nodes = graph_->nodes();
  views_.assign(nodes.size(), {});
  for (const int index : order_) {
    const Node& node = nodes[to_index(index)];
    NodeViews& views = views_[to_index(index)];
    views.y = {values_[to_index(index)].view().data, node.features, columns};
    if (buffers_ != Buffers::Values && trainable_[to_index(index)]) {
      views.dy = {value_gradients_[to_index(index)].view().data, node.features, columns};
    }
    for (const int input : node.inputs) {
      views.x.push_back(views_[to_index(input)].y);
      views.dx.push_back(views_[to_index(input)].dy);
    }
    for (const int parameter : node.parameters) {
      views.parameters.push_back(graph_->parameters()[to_index(parameter)]);
      views.dparameters.push_back(parameter_gradients_[to_index(parameter)]);
    }
  }
}

const Plan::NodeViews& Plan::views(Expr expr) const {
  if (expr.graph != graph_) throw UsageError("plan: the value belongs to another graph");
  if (to_index(expr.index) >= views_.size()) {
    throw UsageError(fmt::format("plan: {} is newer than the plan", graph_->describe(expr.index)));
  }
  return views(expr.index);
}

MatrixView Plan::input(Expr expr) {
  const NodeViews& found = views(expr);
  if (graph_->nodes()[to_index(expr.index)].op != nullptr) {
    throw UsageError(fmt::format("plan: {} is not an input", graph_->describe(expr.index)));
  }
  return found.y;
}

void Plan::forward() {
  for (const int index : order_) {
    const Op* op = graph_->nodes()[to_index(index)].op;
    const NodeViews& v = views(index);
    if (op != nullptr) op->forward({.x = v.x, .parameters = v.parameters, .y = v.y});
  }
}

void Plan::require_gradients(std::string_view user) const {
  if (buffers_ == Buffers::Values) {
    throw UsageError(fmt::format("{}: the plan has no gradients, expected one made with ValuesAndGradients", user));
  }
  if (!trainable(root_)) {
    throw UsageError(fmt::format("{}: no parameter is below {}", user, graph_->describe(root_)));
  }
}

void Plan::backward() {
  zero_gradients();
  fill(views(root_).dy, 1);
  backward_from(root_);
}

void Plan::backward(int node, ConstMatrixView seed) {
  zero_gradients();
  copy(seed, views(node).dy);
  backward_from(node);
}

void Plan::zero_gradients() {
  require_gradients("plan");
  for (const int index : order_) {
    if (trainable(index)) fill(views(index).dy, 0);
    for (const MatrixView& gradient : views(index).dparameters) fill(gradient, 0);
  }
}

// A node that was made after `node` is not below it, so its gradient stays zero.
void Plan::backward_from(int node) {
  for (auto index = order_.rbegin(); index != order_.rend(); ++index) {
    const Op* op = graph_->nodes()[to_index(*index)].op;
    const NodeViews& v = views(*index);
    if (!trainable(*index) || *index > node) continue;
    workspace_.reset();
    op->backward({.x = v.x,
                  .parameters = v.parameters,
                  .y = v.y,
                  .dy = v.dy,
                  .dx = v.dx,
                  .dparameters = v.dparameters,
                  .workspace = workspace_});
  }
}

void Plan::add_gradient(int parameter, real beta, MatrixView sum) const {
  if (const int node = left_out_[to_index(parameter)]; node >= 0) {
    const NodeViews& v = views(node);
    gemm(real{1} / static_cast<real>(batch_), v.dy, Transpose::No, v.x[0], Transpose::Yes, beta, sum);
    return;
  }
  const ConstMatrixView gradient = parameter_gradient(parameter);
  const real* g = gradient.data;
  real* values = sum.data;
  for_each_index(gradient.size(),
                 [=] CURVEGRAPH_DEVICE(std::size_t i) { values[i] = beta == 0 ? g[i] : beta * values[i] + g[i]; });
}

double Plan::mean_loss() const {
  const ConstMatrixView loss = views(root_).y;
  const real* data = loss.data;
  const double sum = sum_over_index<double>(
      loss.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { return static_cast<double>(data[i]); });
  return BatchMean(loss).of_sum(sum) / loss.rows;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
