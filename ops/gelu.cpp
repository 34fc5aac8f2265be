#include <cmath>

#include "ops/elementwise.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// With the standard normal distribution function Φ and density φ, φ' = -x φ:
struct Gelu {
  static CURVEGRAPH_DEVICE real distribution(real x) { return std::erfc(-x * real(0.70710678118654752440)) / 2; }
  static CURVEGRAPH_DEVICE real density(real x) { return real(0.39894228040143267794) * std::exp(-x * x / 2); }

  // f = x Φ
  static CURVEGRAPH_DEVICE real f(real x) { return x * distribution(x); }
  // f' = Φ + x φ
  static CURVEGRAPH_DEVICE real df(real x) { return distribution(x) + x * density(x); }
  // f'' = (2 - x²) φ
  static CURVEGRAPH_DEVICE real d2f(real x) { return (2 - x * x) * density(x); }
};

}  // namespace

constinit const Op gelu = elementwise<Gelu>("gelu");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
