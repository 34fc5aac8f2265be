#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The share ν of a step ηD that keeps its predicted change within a bound κ. With D = -C⁻¹g, dᵀC d of the step is
/// -η²⟨D, g⟩, so
///
///   ν = min(1, √(κ/q)),   q = -η² Σₜ ⟨Dₜ, gₜ⟩:   ν² q ≤ κ.
///
/// `slope`: Σₜ ⟨Dₜ, gₜ⟩ over weights and biases. κ = 0: no bound.
double trust_share(double bound, double eta, double slope);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
