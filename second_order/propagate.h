#pragma once

#include <string>
#include <vector>

#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/curvature.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The Kronecker factors of one layer z = W h + b: ∂²ξ/∂W² ≈ A ⊗ G with A = E[h hᵀ], ∂²ξ/∂b² ≈ G.
struct LayerBlock {
  int layer = 0;  ///< from 1, in order of construction
  int node = 0;
  int weight = 0;  ///< parameter index
  int bias = 0;
};

/// Walks a plan's graph from its criterion down and leaves at each layer the block Gᵗ that stands for E[∂²ξ/∂zᵗ∂zᵗᵀ].
/// Blocks are exact for a batch of one with Residual::Keep; otherwise see (6) and Curvature.
class Propagation {
 public:
  /// Throws UsageError where the plan has no gradients or the graph cannot be walked: no criterion at the root, a
  /// criterion that is not convex where the curvature needs one, an op without a curvature rule, a value that feeds two
  /// ops (the rules would drop its cross terms), a parameter in two layers. GradientMoment asks only for
  /// gradients and for parameters of one layer each.
  Propagation(const Plan& plan, const Curvature& curvature);

  /// From the values and gradients of the plan's last forward() and backward().
  SolveSummary run();

  [[nodiscard]] const Curvature& curvature() const { return *curvature_; }
  [[nodiscard]] const std::vector<LayerBlock>& layers() const { return layers_; }
  /// Gᵗ after run(): nₜ × nₜ.
  [[nodiscard]] ConstMatrixView block(const LayerBlock& layer) const {
    return blocks_[static_cast<std::size_t>(layer.node)].view();
  }
  [[nodiscard]] ConstMatrixView input(const LayerBlock& layer) const { return plan_->views(layer.node).x[0]; }  ///< h
  [[nodiscard]] ConstMatrixView delta(const LayerBlock& layer) const { return plan_->views(layer.node).dy; }    ///< δ

 private:
  void find_layers();
  void require_walkable() const;
  void allocate();
  SolveSummary recurse();

  const Plan* plan_;
  const Curvature* curvature_;
  std::vector<LayerBlock> layers_;
  std::vector<Tensor> blocks_;                     // by node
  std::vector<Tensor> residuals_;                  // by node
  std::vector<std::vector<MatrixView>> emitted_;   // by node: what its rule adds to, the blocks of its inputs
  std::vector<std::vector<MatrixView>> residual_;  // by node: likewise
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
