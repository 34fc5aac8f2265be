#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "framework/data/batch_loader.h"
#include "framework/plan.h"
#include "framework/tensor.h"
#include "models/model.h"
#include "second_order/curvature/curvature.h"
#include "tools/command_line/status_line.h"
#include "tools/hessian/network.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The blocks of one curvature, by layer: nₜ × nₜ.
struct CurvatureBlocks {
  const Curvature* curvature = nullptr;
  std::vector<Tensor> layers = {};
};

/// Moments of the input of one layer.
struct LayerInput {
  std::vector<real> mean = {};   ///< a = E[h]
  real second_moment_trace = 0;  ///< tr A, A = E[h hᵀ]

  /// ‖a‖² / tr A, from 0 to 1; 0 where A is zero.
  [[nodiscard]] double mean_share() const;
};

struct LeftOut {
  const Curvature* curvature = nullptr;
  std::string reason = {};
};

/// Everything about the curvature of a network at one batch.
struct NetworkBlocks {
  Tensor batch = {};                             ///< n₀ × B, as the network saw it
  Tensor targets = {};                           ///< outputs × B, as the network saw them
  std::vector<LayerInput> inputs = {};           ///< by layer
  std::vector<CurvatureBlocks> curvatures = {};  ///< in the order of curvatures()
  std::vector<LeftOut> left_out = {};            ///< those of curvatures() that do not fit the criterion
};

/// Runs the forward and backward pass of a network's plan on these samples.
void forward_and_backward(Plan& plan, const Model& model, BatchLoader& data, std::span<const int> samples);

/// `seed`: for the targets that a sampled curvature draws. Throws Error, with the number, if the loss is not finite or
/// a curvature cannot be computed.
NetworkBlocks compute_blocks(const TrainedNetwork& network, BatchLoader& data, std::span<const int> samples,
                             std::uint64_t seed, StatusLine& status);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
