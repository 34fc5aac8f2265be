#pragma once

#include "framework/plan.h"

/// The values of SecondOrderOptions that the network and the criterion decide.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The value of an option that leaves it to these rules.
inline constexpr int kAutomatic = -1;

/// No layer of the plan's graph has more inputs.
bool is_narrow(const Plan& plan, int inputs);

/// The steps of a narrow network cost little beside new blocks: it keeps them for 5 steps and averages them by 0.5.
/// Other networks make them at every step, as kept blocks cost test accuracy there.
int curvature_every_in(bool narrow, int curvature_every);
double averaging_in(bool narrow, double averaging);

/// 0.005 for classes, 0.001 for other targets. A Newton step with decay d misses the targets by about d of their size.
/// That costs a fit of numbers, while the curvature of a cross-entropy vanishes as the fit improves.
double weight_decay_in(const Plan& plan, double weight_decay);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
