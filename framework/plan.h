#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "framework/graph.h"
#include "framework/index.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A plan runs a graph up to one node. It makes its buffers once, for a largest batch: those of values and, for
/// training, of gradients. Runs allocate nothing. Parameters stay in the graph, so plans of one graph share them.
class Plan {
 public:
  enum class Buffers {
    Values,
    ValuesAndGradients,
    /// For training in the least memory and time. Leaves out the gradients E[δ hᵀ] of the weights of Weighted ops;
    /// add_gradient() makes each in one product when it is needed. A weight that several ops share keeps its gradient.
    ValuesAndDeltas,
  };

  /// The arguments of the rules of one node. Views that are not needed carry no data.
  struct NodeViews {
    std::vector<ConstMatrixView> x;
    std::vector<ConstMatrixView> parameters;
    MatrixView y;
    MatrixView dy;
    std::vector<MatrixView> dx;
    std::vector<MatrixView> dparameters;
  };

  /// `root` is the last node of forward(); for training it is a criterion.
  Plan(Graph& graph, Expr root, int max_batch, Buffers buffers);

  /// Sets the number of columns of the next runs, 1..max_batch (else UsageError).
  void set_batch(int columns);
  [[nodiscard]] int batch() const { return batch_; }
  [[nodiscard]] int max_batch() const { return max_batch_; }
  [[nodiscard]] Graph& graph() const { return *graph_; }
  [[nodiscard]] int root() const { return root_; }

  /// Throws UsageError naming `user` if the plan has no gradients.
  void require_gradients(std::string_view user) const;

  /// The buffer of an input, to be filled before forward(): features × batch.
  [[nodiscard]] MatrixView input(Expr expr);
  [[nodiscard]] ConstMatrixView value(Expr expr) const { return views(expr).y; }
  /// ∂ξ/∂value of each sample after backward(); without data if nothing below the value has parameters.
  [[nodiscard]] ConstMatrixView gradient(Expr expr) const { return views(expr).dy; }
  /// E[∂ξ/∂parameter] after backward(); without data if no op uses the parameter, or if the plan leaves it out.
  [[nodiscard]] ConstMatrixView parameter_gradient(int parameter) const {
    return parameter_gradients_[to_index(parameter)].view();
  }
  /// sum = β sum + E[∂ξ/∂parameter] after backward(), even if the plan leaves it out. With β = 0 `sum` is not read.
  void add_gradient(int parameter, real beta, MatrixView sum) const;
  /// Whether an op of the plan has the parameter.
  [[nodiscard]] bool uses(int parameter) const { return users_[to_index(parameter)] > 0; }

  void forward();
  /// Starts from ∂ξ/∂root = 1 for every sample; after forward().
  void backward();
  /// The same from ∂ξ/∂(value of `node`) = `seed`, features × batch, in place of the root; nodes above get no gradient.
  void backward(int node, ConstMatrixView seed);
  /// E[ξ], the mean of the root's value over samples and rows; after forward().
  [[nodiscard]] double mean_loss() const;

  /// The nodes that root depends on, in topological order.
  [[nodiscard]] std::span<const int> order() const { return order_; }
  /// Whether a parameter is below the node, so that gradients and curvature must reach it.
  [[nodiscard]] bool trainable(int node) const { return trainable_[to_index(node)]; }
  [[nodiscard]] const NodeViews& views(int node) const { return views_[to_index(node)]; }

 private:
  /// Throws UsageError for a value of another graph, or one made after the plan.
  [[nodiscard]] const NodeViews& views(Expr expr) const;
  void zero_gradients();
  void backward_from(int node);
  void find_order();
  void allocate();

  Graph* graph_;
  int root_;
  int max_batch_;
  int batch_ = 0;
  Buffers buffers_;
  std::vector<int> order_;
  std::vector<bool> trainable_;  // by node
  std::vector<Tensor> values_;   // by node
  std::vector<Tensor> value_gradients_;
  std::vector<Tensor> parameter_gradients_;  // by parameter
  std::vector<int> users_;                   // by parameter: how many ops have it
  std::vector<int> left_out_;                // by parameter: the op whose weight it is if it is left out, else -1
  std::vector<NodeViews> views_;             // by node
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
