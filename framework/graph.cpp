#include "framework/graph.h"

#include <array>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Expr Op::operator()(Expr x) const {
  if (x.graph == nullptr) throw UsageError(fmt::format("{}: its input belongs to no graph", name));
  return x.graph->apply(*this, std::array{x});
}

Expr Op::operator()(Expr x, Expr t) const {
  if (x.graph == nullptr) throw UsageError(fmt::format("{}: its input belongs to no graph", name));
  return x.graph->apply(*this, std::array{x, t});
}

Expr Graph::input(int features) {
  if (features < 1) throw UsageError(fmt::format("input: {} features, expected at least 1", features));
  Node& node = nodes_.emplace_back();
  node.features = features;
  return {this, static_cast<int>(nodes_.size()) - 1};
}

Parameter Graph::parameter(Shape shape) {
  if (shape.rows < 1 || shape.cols < 1) {
    throw UsageError(fmt::format("parameter: shape {}, expected at least 1x1", to_string(shape)));
  }
  parameters_.emplace_back(shape);
  return {this, static_cast<int>(parameters_.size()) - 1};
}

Expr Graph::apply(const Op& op, std::span<const Expr> inputs, std::span<const Parameter> parameters) {
  if (static_cast<int>(inputs.size()) != op.arity) {
    throw UsageError(fmt::format("{}: {} inputs, expected {}", op.name, inputs.size(), op.arity));
  }
  if (op.kind != Op::Kind::Weighted && !parameters.empty()) {
    throw UsageError(fmt::format("{}: {} parameters, expected none", op.name, parameters.size()));
  }
  Node node;
  node.op = &op;
  std::vector<int> features;
  for (const Expr& input : inputs) {
    if (input.graph != this) throw UsageError(fmt::format("{}: an input belongs to another graph", op.name));
    node.inputs.push_back(input.index);
    features.push_back(nodes_[to_index(input.index)].features);
  }
  std::vector<Shape> shapes;
  for (const Parameter& parameter : parameters) {
    if (parameter.graph != this) throw UsageError(fmt::format("{}: a parameter belongs to another graph", op.name));
    node.parameters.push_back(parameter.index);
    shapes.push_back(parameters_[to_index(parameter.index)].shape());
  }
  node.features = op.shape({.op = op.name, .features = features, .parameters = shapes});
  nodes_.push_back(std::move(node));
  return {this, static_cast<int>(nodes_.size()) - 1};
}

std::string Graph::describe(int node) const {
  const Node& n = nodes_[to_index(node)];
  return fmt::format("{} (node {}, {} features)", n.op == nullptr ? "input" : n.op->name, node, n.features);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
