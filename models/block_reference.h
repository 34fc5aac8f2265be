#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/plan.h"
#include "second_order/curvature/layer_blocks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What a kind of curvature is, written down a second time, apart from the policies that second_order reads.
struct BlockDefinition {
  std::string_view curvature;
  double (*residual)(double mean);  ///< what takes the place of an entry of E[σ'' ⊙ Wᵀδ]
  bool absolute_eigenvalues;        ///< of E[∂²C/∂hᵏ²], where C is not convex
};

/// UsageError for a curvature that has no definition here.
const BlockDefinition& block_definition(std::string_view curvature);

/// The recursion (6) from one layer to the one below it, in loops over samples: slopes and bends are central
/// differences of what the ops between the two do to their values.
class BlockReference {
 public:
  /// At the values and gradients of the plan's last forward() and backward(). Every value feeds one op.
  BlockReference(const Plan& plan, double step) : plan_(&plan), step_(step) {}

  struct Block {
    HostMatrix values;
    double terms = 0;  ///< size of what the entries are sums of, which may cancel
  };
  /// The block of a layer's output, from the block that `propagation` has at the layer above, or from the criterion.
  Block block(const WeightedLayer& layer, const LayerBlocks& propagation, const BlockDefinition& definition);

  /// Size of the numbers that E[δ] of a layer has come from, which times ε is about the rounding in it: of order one at
  /// the criterion, and what backward adds up from there down.
  double gradient_terms(const WeightedLayer& layer);

  /// The ops that this block has come through, the nearest first.
  [[nodiscard]] std::string path(const WeightedLayer& layer) const;

 private:
  /// A node that takes a value as its input number `input`.
  struct Consumer {
    int node;
    std::size_t input;
  };
  /// What a node does to one of its inputs, of each sample: J = ∂y/∂x, and Σⱼ dyⱼ ∂²yⱼ/∂x² averaged over the batch.
  struct Local {
    std::vector<HostMatrix> slopes;
    HostMatrix bend;
    double bend_terms = 0;  // the largest average of absolute values
  };

  /// The only one.
  [[nodiscard]] Consumer consumer(int value) const;
  /// From the layer's output up to the next layer or the criterion.
  [[nodiscard]] std::vector<Consumer> consumers(const WeightedLayer& layer) const;
  const Local& local(const Consumer& consumer);
  const HostMatrix& sample_terms(int value);

  const Plan* plan_;
  double step_;
  std::map<int, Local> locals_;      // by the node of the input
  std::map<int, HostMatrix> terms_;  // by node: of each entry of its gradient, that size
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
