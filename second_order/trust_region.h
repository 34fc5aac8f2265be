#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The share ν of a step ηD that the quadratic model of a batch's loss ξ can be trusted with. With D = -C⁻¹g, dᵀC d of
/// the step is -η²⟨D, g⟩ and gᵀd is η⟨D, g⟩, so
///
///   ν = min(1, √(κξ/q), ξ/d),   q = -η² Σₜ ⟨Dₜ, gₜ⟩,   d = -η Σₜ ⟨Dₜ, gₜ⟩:   ν² q ≤ κξ,   ν d ≤ ξ.
///
/// The second bound matters where there is next to no curvature, as for outputs that are saturated and wrong: the model
/// then promises more than the whole loss.
///
/// `slope`: Σₜ ⟨Dₜ, gₜ⟩ over weights and biases. κ = 0: no bound.
double trust_share(double bound, double loss, double eta, double slope);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
