#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// With the logistic function s:
struct Silu {
  // f = x s
  static CURVEGRAPH_DEVICE real f(real x) { return x * Logistic::f(x); }
  // f' = s + x s'
  static CURVEGRAPH_DEVICE real df(real x) { return Logistic::f(x) + x * Logistic::df(x); }
  // f'' = 2 s' + x s''
  static CURVEGRAPH_DEVICE real d2f(real x) { return 2 * Logistic::df(x) + x * Logistic::d2f(x); }
};

}  // namespace

constinit const Op silu = elementwise<Silu>("silu");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
