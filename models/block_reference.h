#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/plan.h"
#include "second_order/curvature/layer_blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The definition of a kind of curvature, written a second time, independently of the policies that second_order uses.
struct BlockDefinition {
  std::string_view curvature;
  double (*residual)(double mean);  ///< the value that replaces an entry of E[σ'' ⊙ Wᵀδ]
  bool absolute_eigenvalues;        ///< whether E[∂²C/∂hᵏ²] takes absolute eigenvalues if C is not convex
};

/// Throws UsageError for a curvature that has no definition here.
const BlockDefinition& block_definition(std::string_view curvature);

/// The recursion (6) from one layer to the layer below it, in loops over samples. The slopes and bends (first and
/// second derivatives) of the ops between the two layers are central differences.
class BlockReference {
 public:
  /// Uses the values and gradients of the plan's last forward() and backward(). Assumes that every value feeds one op.
  BlockReference(const Plan& plan, double step) : plan_(&plan), step_(step) {}

  struct Block {
    HostMatrix values;
    double terms = 0;  ///< magnitude of the terms that add up to the entries; the terms may cancel
  };
  /// Computes the block of a layer's output from the block in `blocks` at the layer above, or from the criterion.
  Block block(const WeightedLayer& layer, const LayerBlocks& blocks, const BlockDefinition& definition);

  /// The magnitude of the terms that E[δ] of a layer is computed from. Times ε, it is about the rounding error of E[δ].
  /// It is of order one at the criterion; below, it includes the sums that backward computes in each op.
  double gradient_terms(const WeightedLayer& layer);

  /// Names the ops that block() passes through, those nearest to the layer first.
  [[nodiscard]] std::string path(const WeightedLayer& layer) const;

 private:
  /// A node that has a given value as its input number `input`.
  struct Consumer {
    int node;
    std::size_t input;
  };
  /// Derivatives of a node by one of its inputs: J = ∂y/∂x of each sample, and Σⱼ dyⱼ ∂²yⱼ/∂x² averaged over the batch.
  struct Local {
    std::vector<HostMatrix> slopes;
    HostMatrix bend;
    double bend_terms = 0;  // the largest entry of the average of absolute values
  };

  /// The only consumer of a value.
  [[nodiscard]] Consumer consumer(int value) const;
  /// The consumers from the layer's output up to the next layer or the criterion.
  [[nodiscard]] std::vector<Consumer> consumers(const WeightedLayer& layer) const;
  const Local& local(const Consumer& consumer);
  const HostMatrix& sample_terms(int value);

  const Plan* plan_;
  double step_;
  std::map<int, Local> locals_;      // by input node
  std::map<int, HostMatrix> terms_;  // by node: the magnitude of gradient_terms() for each entry of its gradient
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
