#pragma once

#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The value of SecondOrderOptions::averaging and curvature_every that leaves them to the network. A narrow network's
/// steps cost little beside making new blocks: it keeps them for 5 steps and averages them by 0.5. In others they are
/// of each step, as kept blocks cost test accuracy there.
inline constexpr int kByNetwork = -1;

/// No layer of the plan's graph has more inputs.
bool is_narrow(const Plan& plan, int inputs);

/// The two options as they are in a network, narrow or not.
int curvature_every_in(bool narrow, int curvature_every);
double averaging_in(bool narrow, double averaging);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
