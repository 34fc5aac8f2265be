#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "framework/op.h"
#include "framework/plan.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/curvature/layer_blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of one curvature: ‖G - |E[H]|‖_F by layer.
struct CurvatureErrors {
  const Curvature* curvature = nullptr;
  std::vector<double> layers = {};
};

/// The errors of every curvature that a criterion allows, in the order of the paper's columns.
class BlockErrors {
 public:
  /// `seed`: of the targets that fisher-sampled draws.
  BlockErrors(const Plan& plan, const Op& criterion, std::uint64_t seed);

  /// From the values and gradients of the plan's last forward() and backward(). `draw`: see LayerBlocks. Throws Error
  /// naming curvature, layer and number where a block is not finite or has no eigenvalues.
  std::vector<CurvatureErrors> measure(std::uint64_t draw);

 private:
  std::unique_ptr<LayerBlocks> exact_;
  std::vector<std::unique_ptr<LayerBlocks>> curvatures_;
  std::vector<Tensor> absolute_;  // by layer: |E[H]|
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
