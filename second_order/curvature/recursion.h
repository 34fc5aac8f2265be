#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "framework/index.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/algebra/status.h"
#include "second_order/curvature/curvature.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The recursion (6) from a plan's criterion down to every value that has parameters below it, by the ops' curvature
/// rules and the policies of a Curvature.
///
/// The products Wᵀ G W are its most expensive part, and change slowly, with the weights. E[σ' σ'ᵀ] and the residual are
/// cheap and change with each batch. So a layer may keep its product for some runs while the rest is computed anew.
class Recursion {
 public:
  /// p of a layer of n units and m inputs, see the constructor.
  static std::uint64_t product_period(int n, int m, int batch, double share);

  /// Throws UsageError for a graph that the recursion cannot handle: no criterion at the root, a criterion that is not
  /// convex where the curvature needs one, an op without a curvature rule, a value that feeds two ops (its cross terms
  /// would be lost).
  /// `product_share`, above 0 (infinity: no layer keeps its product): a layer computes its product in one of every p
  /// runs. p is the smallest number for which products cost at most this share of the layer's forward and backward
  /// passes over the plan's largest batch.
  Recursion(const Plan& plan, const Curvature& curvature,
            double product_share = std::numeric_limits<double>::infinity());

  /// Computes the blocks of `count` samples of the plan's batch from the values and gradients of its last forward() and
  /// backward(). Means are over these samples. A layer computes its product where p divides `number`, and otherwise
  /// uses its last one.
  SolveSummary run(int first, int count, std::uint64_t number = 0);

  /// The products that later runs use.
  std::vector<NamedState> state();

  /// E[∂²ξ/∂y∂yᵀ] of a node's value y, or what stands for it: n × n.
  [[nodiscard]] MatrixView block(int node) { return blocks_[to_index(node)].view(); }

 private:
  void require_walkable() const;

  const Plan* plan_;
  const Curvature* curvature_;
  std::vector<std::uint64_t> periods_;             // by node: p of those with a weight, else 1
  std::vector<Tensor> blocks_;                     // by node
  std::vector<Tensor> residuals_;                  // by node
  std::vector<std::vector<MatrixView>> emitted_;   // by node: what its rule adds to, the blocks of its inputs
  std::vector<std::vector<MatrixView>> residual_;  // by node: likewise
  Workspace workspace_;
  std::vector<ConstMatrixView> x_;  // of one node; kept for its memory
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
