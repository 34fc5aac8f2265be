#pragma once

#include "second_order/row_space.h"
#include "second_order/status.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// α split between the two factors of A ⊗ G by their mean eigenvalues (12): π² = (tr A/nₜ₋₁)/(tr G/nₜ); π = 1 where
/// either trace is zero.
struct KfiDamping {
  real output = 0;  ///< √α/π, added to G
  real input = 0;   ///< π√α, added to A

  /// A status with the trace where that of G is negative or either is not finite.
  static SolveSummary split(const WeightSystem& system, const RowSpace& space, KfiDamping& damping);
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
