#include "ops/logistic.h"
#include "ops/ops.h"
#include "ops/softmax_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// C = 1 / (1 + exp(δ (u - ε))) = s(-δ (u - ε)) with u = p_y = e^ℓ and the logistic function s                  (14)
struct Bounded {
  static constexpr bool convex = false;
  static constexpr real delta = 5;
  static constexpr real epsilon = real(0.2);

  static CURVEGRAPH_DEVICE real argument(real l) { return -delta * (std::exp(l) - epsilon); }

  static CURVEGRAPH_DEVICE real f(real l) { return Logistic::f(argument(l)); }
  // dC/dℓ = -δ u s'
  static CURVEGRAPH_DEVICE real df(real l) { return -delta * std::exp(l) * Logistic::df(argument(l)); }
  // d²C/dℓ² = δ² u² s'' - δ u s'
  static CURVEGRAPH_DEVICE real d2f(real l) {
    const real slope = delta * std::exp(l);
    return slope * (slope * Logistic::d2f(argument(l)) - Logistic::df(argument(l)));
  }
};

}  // namespace

constinit const Op bounded = softmax_criterion<Bounded>("bounded");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
