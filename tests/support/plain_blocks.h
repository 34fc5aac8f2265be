#pragma once

#include <functional>
#include <span>
#include <vector>

#include "framework/check/host_matrix.h"

/// Curvature of a sigmoid network in loops over samples, in double: the paper's formulas once more, to hold the library
/// against.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct PlainLayer {
  HostMatrix weight;
  HostMatrix bias;  ///< n × 1
};

/// Of logits and a label.
using PlainCriterion = std::function<double(std::span<const double> logits, int label)>;
double plain_cross_entropy(std::span<const double> logits, int label);
/// (14) with δ = 5, ε = 0.2
double plain_bounded(std::span<const double> logits, int label);

/// All by layer.
struct PlainBlocks {
  double loss = 0;                    ///< mean
  std::vector<HostMatrix> exact;      ///< E[H]
  std::vector<HostMatrix> absolute;   ///< |E[H]|
  std::vector<HostMatrix> moments;    ///< E[δ δᵀ]
  std::vector<HostMatrix> slopes;     ///< E[σ' σ'ᵀ] at the layer's output, but for the last
  std::vector<HostMatrix> residuals;  ///< E[σ'' ⊙ Wᵀδ], n × 1, likewise
};

/// `inputs`: features × B.
PlainBlocks plain_blocks(std::span<const PlainLayer> layers, const PlainCriterion& criterion, const HostMatrix& inputs,
                         std::span<const int> labels);

/// The recursion (6) from the last layer's block down; `residual`: what takes the place of an entry of E[σ'' ⊙ Wᵀδ].
std::vector<HostMatrix> plain_recursion(std::span<const PlainLayer> layers, const PlainBlocks& blocks,
                                        const HostMatrix& last, double (*residual)(double));

/// ‖a‖_F and ‖a - b‖_F
double plain_norm(const HostMatrix& a);
double plain_distance(const HostMatrix& a, const HostMatrix& b);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
