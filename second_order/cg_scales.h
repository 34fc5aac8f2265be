#pragma once

#include <cmath>
#include <limits>

#include "framework/kernel.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Conjugate gradients take squares of everything, which would leave the range of a float long before the numbers do.
/// So b is scaled to order one, and the search directions p and the iterate x of the scaled system are held as
///
///   p̃ = c p,   x̃ = x/c,   c ≈ a^(-1/2),
///
/// with a the size of A as its first product shows it: then p̃ᵀA p̃ is of order ‖p‖². All by powers of two, so that the
/// iterates have the digits that they have without. With β = ρ'/ρ
///
///   α̃ = ρ/(p̃ᵀA p̃),   x̃ ← x̃ + α̃ p̃,   r ← r - α̃ c (A p̃),   p̃ ← c r + β p̃.
struct CgScales {
  /// From the exponent of the largest number of A p, where p's is 0.
  CURVEGRAPH_DEVICE static constexpr int exponent_of_c(int exponent) { return -(exponent / 2); }
};

/// The summary of a solve that has ended: Inaccurate or NonFinite where its x is no use. `gain`: xᵀ(b + r), which is
/// -2 (½xᵀAx - bᵀx). `largest`: max |xᵢ|.
inline SolveSummary judged(SolveSummary summary, double gain, double largest) {
  const bool fits = largest <= static_cast<double>(std::numeric_limits<real>::max());
  if (!std::isfinite(summary.residual) || !std::isfinite(gain) || !fits) {
    summary.status = SolveStatus::NonFinite;
    summary.number = fits ? summary.residual : largest;
  } else if (summary.iterations > 0 && gain <= 0) {
    summary.status = SolveStatus::Inaccurate;
  }
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
