#pragma once

#include <vector>

#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/curvature.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The recursion (6) from a plan's criterion down to every value that has parameters below it, by the ops' curvature
/// rules and the policies of a Curvature.
class Recursion {
 public:
  /// Throws UsageError where the graph cannot be walked: no criterion at the root, a criterion that is not convex where
  /// the curvature needs one, an op without a curvature rule, a value that feeds two ops (the rules would drop its
  /// cross terms).
  Recursion(const Plan& plan, const Curvature& curvature);

  /// Of `count` samples of the plan's batch, from the values and gradients of its last forward() and backward(). The
  /// rules' means are means over these.
  SolveSummary run(int first, int count);

  /// E[∂²ξ/∂y∂yᵀ] of a node's value y, or what stands for it: n × n.
  [[nodiscard]] MatrixView block(int node) { return blocks_[static_cast<std::size_t>(node)].view(); }

 private:
  void require_walkable() const;

  const Plan* plan_;
  const Curvature* curvature_;
  std::vector<Tensor> blocks_;                     // by node
  std::vector<Tensor> residuals_;                  // by node
  std::vector<std::vector<MatrixView>> emitted_;   // by node: what its rule adds to, the blocks of its inputs
  std::vector<std::vector<MatrixView>> residual_;  // by node: likewise
  Workspace workspace_;
  std::vector<ConstMatrixView> x_;  // of one node; kept for its memory
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
