#pragma once

#include <cstdint>

#include "framework/plan.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Xavier weights, biases in ±0.5 and a batch of inputs in ±1, with targets as the criterion takes them (one-hot and
/// other distributions in turn). Samples near a kink are drawn again. The plan is that of the model, with gradients.
void randomize(Model& model, Plan& plan, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
