#pragma once

#include <cstdint>

#include "framework/plan.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Draws Xavier weights, biases in ±0.5 and a batch of inputs in ±1, with targets that fit the criterion (one-hot and
/// other distributions in turn). Draws samples near a kink again. `plan`: the plan of the model, with gradients.
void randomize(Model& model, Plan& plan, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
