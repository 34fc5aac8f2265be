#include "ops/elementwise.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

struct Identity {
  static CURVEGRAPH_DEVICE real f(real x) { return x; }
  static CURVEGRAPH_DEVICE real df(real) { return 1; }
};

}  // namespace

constinit const Op identity = elementwise<Identity>("identity");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
