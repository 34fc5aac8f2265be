#pragma once

#include <span>

#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/layer_blocks.h"

/// The quadratic model of a batch's loss: how far to trust it, and what it predicts for a step.

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

/// The change of the batch's mean loss that the quadratic model of a layer-wise curvature has for a change of the
/// parameters. With Zₜ = ΔWₜ hᵗ⁻¹ + Δbₜ 1ᵀ, what the change does to each sample's zᵗ, it is
///
///   Σₜ (⟨δᵗ, Zₜ⟩ + ½⟨Zₜ, Gᵗ Zₜ⟩)/B:
///
/// exact in first order, and in second order for E[h hᵀ] ⊗ G of weights and bias together, without damping.
///
/// Call it after the parameters have changed and before forward() runs again: the plan still has z = W h + b of the old
/// ones. `blocks`: Gᵗ, by layer.
double predicted_change(const Plan& plan, const LayerBlocks& curvature, std::span<const ConstMatrixView> blocks,
                        Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
