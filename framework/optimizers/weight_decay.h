#pragma once

#include <string_view>

#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Decoupled weight decay (Loshchilov and Hutter 2019), before a step with learning rate ηₜ: W ← factor W with
/// factor = 1 - ηₜ λ, for the weight of every Weighted op of the plan. Biases do not change. A factor of 1 costs
/// nothing.
void decay_weights(Plan& plan, double factor);

/// Throws UsageError, in the name of `user`, unless λ is a finite number from 0.
void require_valid_decay(std::string_view user, double decay);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
