#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "framework/index.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "framework/tensor.h"
#include "second_order/algebra/status.h"
#include "second_order/curvature/curvature.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Recursion;
class SampledGradients;

/// Where a layer z = W h + b stands in the graph. Its curvature is ∂²ξ/∂W² ≈ A ⊗ G with A = E[h hᵀ], ∂²ξ/∂b² ≈ G.
struct WeightedLayer {
  int layer = 0;  ///< from 1, in order of construction
  int node = 0;
  int weight = 0;  ///< parameter index
  int bias = 0;
};

struct LayerBlocksOptions {
  std::uint64_t seed = 1;  ///< of the targets that a sampled curvature draws
  /// A layer's products Wᵀ G W may take this share of its work, above 0, and are kept for some runs where they would
  /// take more; infinity: never. Without effect where there is no recursion.
  double product_share = std::numeric_limits<double>::infinity();
};

/// Computes for each layer of a plan's graph the block Gᵗ that stands for E[∂²ξ/∂zᵗ∂zᵗᵀ].
class LayerBlocks {
 public:
  /// Throws UsageError where the plan has no gradients, where a parameter is in two layers, and where the curvature's
  /// method does not apply: the root is no criterion, or one that is not convex where it must be, or has no
  /// distribution to draw targets from; an op has no curvature rule; or a value feeds two ops.
  LayerBlocks(const Plan& plan, const Curvature& curvature, const LayerBlocksOptions& options = {});
  LayerBlocks(const LayerBlocks&) = delete;
  LayerBlocks& operator=(const LayerBlocks&) = delete;
  LayerBlocks(LayerBlocks&&) noexcept;
  LayerBlocks& operator=(LayerBlocks&&) noexcept;
  ~LayerBlocks();

  /// Computes the blocks from the values and gradients of the plan's last forward() and backward(). `number` counts the
  /// runs: it decides which targets a sampled curvature draws, and which products are computed anew.
  SolveSummary run(std::uint64_t number = 0);
  /// What later runs use of earlier ones.
  std::vector<NamedState> state();

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] const Curvature& curvature() const { return *curvature_; }
  [[nodiscard]] const std::vector<WeightedLayer>& layers() const { return layers_; }
  /// Gᵗ after run(): nₜ × nₜ.
  [[nodiscard]] ConstMatrixView block(const WeightedLayer& layer) const { return blocks_[to_index(layer.layer) - 1]; }
  /// To restore what an earlier run() left.
  [[nodiscard]] MatrixView block(const WeightedLayer& layer) { return blocks_[to_index(layer.layer) - 1]; }
  /// h and δ of the layer.
  [[nodiscard]] ConstMatrixView input(const WeightedLayer& layer) const { return plan_->views(layer.node).x[0]; }
  [[nodiscard]] ConstMatrixView delta(const WeightedLayer& layer) const { return plan_->views(layer.node).dy; }

 private:
  void find_layers();
  void allocate();
  SolveSummary run_per_sample();

  const Plan* plan_;
  const Curvature* curvature_;
  std::uint64_t seed_;
  std::vector<WeightedLayer> layers_;
  std::unique_ptr<Recursion> recursion_;
  std::unique_ptr<SampledGradients> sampled_;
  std::vector<Tensor> means_;       // by layer, where the blocks are not the recursion's own
  std::vector<MatrixView> blocks_;  // by layer
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
