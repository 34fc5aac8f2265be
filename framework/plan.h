#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "framework/graph.h"
#include "framework/index.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Everything that running a graph up to one node needs, made once for a largest batch: buffers of values and, to
/// train, of gradients. Runs take no new ones. Parameters stay in the graph, so plans of one graph share them.
class Plan {
 public:
  enum class Buffers {
    Values,
    ValuesAndGradients,
    /// To train in the least memory and time: without the gradients E[δ hᵀ] of the weights of Weighted ops, which
    /// add_gradient() makes in one product where they are wanted. A weight that several ops share has its gradient.
    ValuesAndDeltas,
  };

  /// What the rules of one node are called with. Views of what is not needed carry no data.
  struct NodeViews {
    std::vector<ConstMatrixView> x;
    std::vector<ConstMatrixView> parameters;
    MatrixView y;
    MatrixView dy;
    std::vector<MatrixView> dx;
    std::vector<MatrixView> dparameters;
  };

  /// `root` is the node that forward() ends with; to train, a criterion.
  Plan(Graph& graph, Expr root, int max_batch, Buffers buffers);

  /// Columns of the next runs, 1..max_batch (else UsageError).
  void set_batch(int columns);
  [[nodiscard]] int batch() const { return batch_; }
  [[nodiscard]] int max_batch() const { return max_batch_; }
  [[nodiscard]] Graph& graph() const { return *graph_; }
  [[nodiscard]] int root() const { return root_; }

  /// Throws UsageError naming `user` where the plan has no gradients to work with.
  void require_gradients(std::string_view user) const;

  /// The buffer of an input, to be filled before forward(): features × batch.
  [[nodiscard]] MatrixView input(Expr expr);
  [[nodiscard]] ConstMatrixView value(Expr expr) const { return views(expr).y; }
  /// Per sample ∂ξ/∂value after backward(); without data where nothing below it has parameters.
  [[nodiscard]] ConstMatrixView gradient(Expr expr) const { return views(expr).dy; }
  /// E[∂ξ/∂parameter] after backward(); without data where no op uses the parameter, or where it is left out.
  [[nodiscard]] ConstMatrixView parameter_gradient(int parameter) const {
    return parameter_gradients_[to_index(parameter)].view();
  }
  /// sum = β sum + E[∂ξ/∂parameter] after backward(), whether left out or not. With β = 0 `sum` is not read.
  void add_gradient(int parameter, real beta, MatrixView sum) const;
  /// An op of the plan has the parameter.
  [[nodiscard]] bool uses(int parameter) const { return users_[to_index(parameter)] > 0; }

  void forward();
  /// From ∂ξ/∂root = 1 for every sample; after forward().
  void backward();
  /// E[ξ], the mean of the root's value over samples and rows; after forward().
  [[nodiscard]] double mean_loss() const;

  /// The nodes that root depends on, in topological order.
  [[nodiscard]] std::span<const int> order() const { return order_; }
  /// A parameter is below the node, so gradients and curvature must reach it.
  [[nodiscard]] bool trainable(int node) const { return trainable_[to_index(node)]; }
  [[nodiscard]] const NodeViews& views(int node) const { return views_[to_index(node)]; }

 private:
  /// Throws UsageError for a value of another graph, or one made after the plan.
  [[nodiscard]] const NodeViews& views(Expr expr) const;
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
  std::vector<int> left_out_;     // by parameter: the op that it is the weight of, -1 where it is not left out
  std::vector<NodeViews> views_;  // by node
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
