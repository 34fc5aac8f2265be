#pragma once

#include <span>

#include "framework/plan.h"
#include "framework/workspace.h"
#include "second_order/propagate.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The change of the batch's mean loss that the quadratic model of a layer-wise curvature has for a change of the
/// parameters. With Zₜ = ΔWₜ hᵗ⁻¹ + Δbₜ 1ᵀ, what the change does to each sample's zᵗ, it is
///
///   Σₜ (⟨δᵗ, Zₜ⟩ + ½⟨Zₜ, Gᵗ Zₜ⟩)/B:
///
/// exact in first order, and in second order for E[h hᵀ] ⊗ G of weights and bias together, without damping.
///
/// Call it after the parameters have changed and before forward() runs again: the plan still has z = W h + b of the old
/// ones. `blocks`: Gᵗ, by layer.
double predicted_change(const Plan& plan, const Propagation& propagation, std::span<const ConstMatrixView> blocks,
                        Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
