#include "ops/ops.h"
#include "ops/separable_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// With u = (r/c)² ≤ 1; constant beyond. c = 4.685 gives 95 % efficiency on normal residuals of unit variance.
struct Biweight {
  static constexpr bool convex = false;
  static constexpr real c = real(4.685);

  // ρ = c²/6 (1 - (1 - u)³)
  static CURVEGRAPH_DEVICE real f(real r) {
    const real rest = remainder(r);
    return c * c / 6 * (1 - rest * rest * rest);
  }
  // ρ' = r (1 - u)²
  static CURVEGRAPH_DEVICE real df(real r) { return r * remainder(r) * remainder(r); }
  // ρ'' = (1 - u)(1 - 5u)
  static CURVEGRAPH_DEVICE real d2f(real r) {
    const real rest = remainder(r);
    return rest * (5 * rest - 4);
  }

  // 1 - u, zero beyond c
  static CURVEGRAPH_DEVICE real remainder(real r) {
    const real u = r / c * (r / c);
    return u < 1 ? 1 - u : 0;
  }
};

}  // namespace

constinit const Op tukey_biweight = residual_criterion<Biweight>("tukey-biweight");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
