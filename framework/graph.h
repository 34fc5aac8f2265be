#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/op.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Graph;

/// A value in a graph: a handle, cheap to copy.
struct Expr {
  Graph* graph = nullptr;
  int index = -1;
};

/// A trainable matrix of a graph: a handle, cheap to copy.
struct Parameter {
  Graph* graph = nullptr;
  int index = -1;
};

struct Node {
  const Op* op = nullptr;  ///< nullptr for an input
  int features = 0;        ///< rows of the value; its columns are the samples of the batch that runs
  std::vector<int> inputs;
  std::vector<int> parameters;

  /// Whether this is a layer y = W x + b; the functions below return its parameters W and b, and the node of x.
  [[nodiscard]] bool is_weighted() const { return op != nullptr && op->kind == Op::Kind::Weighted; }
  [[nodiscard]] int weight() const { return parameters[0]; }
  [[nodiscard]] int bias() const { return parameters[1]; }
  [[nodiscard]] int input() const { return inputs[0]; }
};

/// Nodes in construction order, which is a topological order, and the parameters that they share. Handles point at the
/// graph, so it can be neither moved nor copied.
class Graph {
 public:
  Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  Graph(Graph&&) = delete;
  Graph& operator=(Graph&&) = delete;
  ~Graph() = default;

  /// A leaf filled before each run: data or targets, features × batch.
  Expr input(int features);
  /// A new parameter, zero until initialised.
  Parameter parameter(Shape shape);
  /// A new node. Throws UsageError naming the op when arity, owner or shapes do not fit.
  Expr apply(const Op& op, std::span<const Expr> inputs, std::span<const Parameter> parameters = {});

  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  /// Plans hold views of these: change their values (assign, copy_to_device), not the tensors.
  [[nodiscard]] std::span<Tensor> parameters() { return parameters_; }
  [[nodiscard]] std::span<const Tensor> parameters() const { return parameters_; }
  /// "sigmoid (node 4, 512 features)", as messages name it.
  [[nodiscard]] std::string describe(int node) const;

 private:
  std::vector<Node> nodes_;
  std::vector<Tensor> parameters_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
