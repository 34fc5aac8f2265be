#include "ops/ops.h"
#include "ops/separable_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

struct HalfSquare {
  static constexpr bool convex = true;
  static CURVEGRAPH_DEVICE real f(real r) { return r * r / 2; }
  static CURVEGRAPH_DEVICE real df(real r) { return r; }
  static CURVEGRAPH_DEVICE real d2f(real) { return 1; }
};

}  // namespace

constinit const Op squared_error = residual_criterion<HalfSquare>("squared-error");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
