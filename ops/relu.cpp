#include "ops/elementwise.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// f = max(x, 0); f'(0) = 0
struct Relu {
  static CURVEGRAPH_DEVICE real f(real x) { return x > 0 ? x : 0; }
  static CURVEGRAPH_DEVICE real df(real x) { return x > 0 ? 1 : 0; }
};

}  // namespace

constinit const Op relu = elementwise<Relu>("relu");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
