#include <cmath>

#include "ops/logistic.h"
#include "ops/ops.h"
#include "ops/separable_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// ρ = -t log s - (1 - t) log(1 - s) = log(1 + eᶻ) - t z with the logistic function s of z, an output
struct BinaryCrossEntropy {
  static constexpr bool convex = true;
  static constexpr Op::Targets targets = Op::Targets::Fractions;

  // = log(1 + e^-|z|) + |z| times what the target has on the other side: nothing of a small loss cancels.
  static CURVEGRAPH_DEVICE real f(real z, real t) {
    return std::log1p(std::exp(-std::abs(z))) + (z > 0 ? (1 - t) * z : -t * z);
  }
  // s - t = (1 - t) s - t (1 - s)
  static CURVEGRAPH_DEVICE real df(real z, real t) { return (1 - t) * Logistic::f(z) - t * Logistic::f(-z); }
  // s'
  static CURVEGRAPH_DEVICE real d2f(real z, real) { return Logistic::df(z); }

  // One with probability s.
  static double noise(Random& random) { return random.uniform(); }
  static CURVEGRAPH_DEVICE real draw(real z, real uniform) { return uniform < Logistic::f(z) ? 1 : 0; }
};

}  // namespace

constinit const Op sigmoid_cross_entropy = separable_criterion<BinaryCrossEntropy>("sigmoid-cross-entropy");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
