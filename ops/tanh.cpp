#include <cmath>

#include "ops/elementwise.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

struct Tanh {
  static CURVEGRAPH_DEVICE real f(real x) { return std::tanh(x); }
  // f' = 1 - tanh² = 4e / (1 + e)² with e = e^(-2|x|), which stays accurate where tanh has rounded to ±1
  static CURVEGRAPH_DEVICE real df(real x) {
    const real e = std::exp(-2 * std::abs(x));
    return 4 * e / ((1 + e) * (1 + e));
  }
  // f'' = -2 tanh f'
  static CURVEGRAPH_DEVICE real d2f(real x) { return -2 * f(x) * df(x); }
};

}  // namespace

constinit const Op hyperbolic_tangent = elementwise<Tanh>("tanh");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
