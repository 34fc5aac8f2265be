#pragma once

#include <cstdint>
#include <memory>

#include "framework/graph.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A network with its criterion: what a plan runs, a trainer trains and a file holds.
struct Model {
  std::unique_ptr<Graph> graph = std::make_unique<Graph>();
  Expr input;   ///< h⁰
  Expr output;  ///< hᵏ, the logits
  Expr target;  ///< of the output's shape: one-hot columns for labels
  Expr loss;    ///< ξ of each sample
};

/// Xavier (Glorot and Bengio 2010): every weight of a layer uniform in ±√(6/(nₜ₋₁ + nₜ)), every bias zero.
void initialize_xavier(Graph& graph, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
