#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "framework/graph.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Everything that running a graph up to one node needs, made once for a largest batch: buffers of values and, to
/// train, of gradients. Runs take no new ones. Parameters stay in the graph, so plans of one graph share them.
class Plan {
 public:
  enum class Buffers { Values, ValuesAndGradients };

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
  /// E[∂ξ/∂parameter] after backward().
  [[nodiscard]] ConstMatrixView parameter_gradient(int parameter) const {
    return parameter_gradients_[static_cast<std::size_t>(parameter)].view();
  }

  void forward();
  /// From ∂ξ/∂root = 1 for every sample; after forward().
  void backward();
  /// E[ξ], the mean of the root's value over samples and rows; after forward().
  [[nodiscard]] double mean_loss() const;

  /// The nodes that root depends on, in topological order.
  [[nodiscard]] std::span<const int> order() const { return order_; }
  /// A parameter is below the node, so gradients and curvature must reach it.
  [[nodiscard]] bool trainable(int node) const { return trainable_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] const NodeViews& views(int node) const { return views_[static_cast<std::size_t>(node)]; }

 private:
  /// Throws UsageError for a value of another graph, or one made after the plan.
  [[nodiscard]] const NodeViews& views(Expr expr) const;
  void find_order();
  void allocate();

  Graph* graph_;
  int root_;
  int max_batch_;
  int batch_ = 0;
  bool gradients_;
  std::vector<int> order_;
  std::vector<bool> trainable_;  // by node
  std::vector<Tensor> values_;   // by node
  std::vector<Tensor> value_gradients_;
  std::vector<Tensor> parameter_gradients_;  // by parameter
  std::vector<NodeViews> views_;             // by node
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
