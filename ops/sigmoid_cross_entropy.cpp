#include <cmath>

#include "ops/logistic.h"
#include "ops/ops.h"
#include "ops/separable_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// ρ = -t log s - (1 - t) log(1 - s) = log(1 + eᶻ) - t z with an output z and its logistic function s
struct BinaryCrossEntropy {
  static constexpr bool convex = true;
  static constexpr Op::Targets targets = Op::Targets::Fractions;

  // ρ = log(1 + e^-|z|) + |z| (1 - t if z > 0, else t). No term is negative, so a small loss does not cancel.
  static CURVEGRAPH_DEVICE real f(real z, real t) {
    return std::log1p(std::exp(-std::abs(z))) + (z > 0 ? (1 - t) * z : -t * z);
  }
  // s - t = (1 - t) s - t (1 - s)
  static CURVEGRAPH_DEVICE real df(real z, real t) { return (1 - t) * Logistic::f(z) - t * Logistic::f(-z); }
  // s'
  static CURVEGRAPH_DEVICE real d2f(real z, real) { return Logistic::df(z); }

  // 1 with probability s, else 0.
  static double noise(Random& random) { return random.uniform(); }
  static CURVEGRAPH_DEVICE real draw(real z, real uniform) { return uniform < Logistic::f(z) ? 1 : 0; }
};

}  // namespace

constinit const Op sigmoid_cross_entropy = separable_criterion<BinaryCrossEntropy>("sigmoid-cross-entropy");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
