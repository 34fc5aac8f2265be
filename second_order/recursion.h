#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/curvature.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The recursion (6) from a plan's criterion down to every value that has parameters below it, by the ops' curvature
/// rules and the policies of a Curvature.
///
/// The products Wᵀ G W are the dear part of it, and change with the weights alone, whereas E[σ' σ'ᵀ] and the residual
/// are cheap and differ from batch to batch. So a layer may keep its product for some runs while the rest is made anew.
class Recursion {
 public:
  /// p of a layer of n units and m inputs, see the constructor.
  static std::uint64_t product_period(int n, int m, int batch, double share);
  /// No layer keeps its product.
  static constexpr double kAlwaysFresh = std::numeric_limits<double>::infinity();

  /// Throws UsageError where the graph cannot be walked: no criterion at the root, a criterion that is not convex where
  /// the curvature needs one, an op without a curvature rule, a value that feeds two ops (the rules would drop its
  /// cross terms).
  /// `product_share`: a layer makes its product Wᵀ G W in one of every p runs, the smallest p for which products cost
  /// at most that share of the layer's forward and backward passes over the plan's largest batch. Above 0.
  Recursion(const Plan& plan, const Curvature& curvature, double product_share = kAlwaysFresh);

  /// Of `count` samples of the plan's batch, from the values and gradients of its last forward() and backward(). The
  /// rules' means are means over these. A layer makes its product where p divides `number`, else takes the last one.
  SolveSummary run(int first, int count, std::uint64_t number = 0);

  /// The products that later runs take.
  std::vector<NamedState> state();

  /// E[∂²ξ/∂y∂yᵀ] of a node's value y, or what stands for it: n × n.
  [[nodiscard]] MatrixView block(int node) { return blocks_[static_cast<std::size_t>(node)].view(); }

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
