#pragma once

#include "framework/real.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// α split between the two factors of A ⊗ G by their mean eigenvalues (12): π² = (tr A/nₜ₋₁)/(tr G/nₜ); π = 1 where
/// either trace is zero.
struct KfiDamping {
  real output = 0;  ///< √α/π, added to G
  real input = 0;   ///< π√α, added to A

  /// From α, tr G/nₜ and tr A/nₜ₋₁. A status with the mean where that of G is negative or either is not finite.
  static SolveSummary split(double alpha, double output_mean, double input_mean, KfiDamping& damping);
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
