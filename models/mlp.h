#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A fully connected network: hᵗ = σ(Wᵗ hᵗ⁻¹ + bᵗ) for the hidden layers, logits at the end, and a criterion on them.
/// `layers` = {n₀, n₁, ..., nₖ}, at least two, each at least 1 (else UsageError). Parameters are zero until
/// initialised.
Model mlp(std::span<const int> layers, const Op& activation, const Op& criterion);
inline Model mlp(std::initializer_list<int> layers, const Op& activation, const Op& criterion) {
  return mlp(std::span(layers.begin(), layers.size()), activation, criterion);
}

/// "784-512-10" as {784, 512, 10}, or one of the paper's networks by name (paper_networks()). UsageError otherwise.
std::vector<int> parse_layers(std::string_view text);
/// {784, 512, 10} as "784-512-10".
std::string format_layers(std::span<const int> layers);

/// The paper's networks: eight sigmoid layers.
struct PaperNetwork {
  std::string_view name;
  std::string_view layers;
};
std::span<const PaperNetwork> paper_networks();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
