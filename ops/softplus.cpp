#include <cmath>

#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

struct Softplus {
  static CURVEGRAPH_DEVICE real f(real x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))); }
  // f' = s, f'' = s' with the logistic function s
  static CURVEGRAPH_DEVICE real df(real x) { return Logistic::f(x); }
  static CURVEGRAPH_DEVICE real d2f(real x) { return Logistic::df(x); }
};

}  // namespace

constinit const Op softplus = elementwise<Softplus>("softplus");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
