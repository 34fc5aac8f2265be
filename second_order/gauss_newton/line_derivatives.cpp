#include "second_order/gauss_newton/line_derivatives.h"

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

int output_node(const Plan& plan) {
  const Node& root = plan.graph().nodes()[to_index(plan.root())];
  if (root.op == nullptr || root.op->kind != Op::Kind::Criterion || root.op->factor_hessian == nullptr) {
    throw UsageError(fmt::format("gauss-newton: {} is no criterion with a rule that factors its second derivative",
                                 plan.graph().describe(plan.root())));
  }
  return root.inputs[0];
}

LineDerivatives::LineDerivatives(const Plan& plan) : plan_(&plan), output_(output_node(plan)) {
  const auto nodes = plan.graph().nodes();
  first_.resize(nodes.size());
  second_.resize(nodes.size());
  buffers_.reserve(2 * nodes.size());
  for (const int index : plan.order()) {
    if (!plan.trainable(index) || index > output_) continue;
    const Node& node = nodes[to_index(index)];
    if (node.op->tangent == nullptr) {
      throw UsageError(
          fmt::format("{} has no tangent rule, which derivatives along a line need", plan.graph().describe(index)));
    }
    order_.push_back(index);
    for (std::vector<MatrixView>* views : {&first_, &second_}) {
      (*views)[to_index(index)] = buffers_.emplace_back(node.features, plan.max_batch());
    }
  }
}

void LineDerivatives::run(const ParameterVector& d, bool second) {
  const auto nodes = plan_->graph().nodes();
  for (const int index : order_) {
    const Node& node = nodes[to_index(index)];
    const Plan::NodeViews& v = plan_->views(index);
    x_dot_.clear();
    x_ddot_.clear();
    parameters_dot_.clear();
    for (const int input : node.inputs) {
      x_dot_.push_back(of_batch(first_[to_index(input)]));
      x_ddot_.push_back(second ? of_batch(second_[to_index(input)]) : MatrixView{});
    }
    for (const int parameter : node.parameters) parameters_dot_.push_back(d.of(parameter));
    node.op->tangent({.x = v.x,
                      .x_dot = x_dot_,
                      .x_ddot = x_ddot_,
                      .parameters = v.parameters,
                      .parameters_dot = parameters_dot_,
                      .y_dot = of_batch(first_[to_index(index)]),
                      .y_ddot = second ? of_batch(second_[to_index(index)]) : MatrixView{}});
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
