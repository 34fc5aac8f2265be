#include "ops/elementwise.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// f'(0) = 0.01
struct LeakyRelu {
  static constexpr real slope = real(0.01);
  static CURVEGRAPH_DEVICE real f(real x) { return x > 0 ? x : slope * x; }
  static CURVEGRAPH_DEVICE real df(real x) { return x > 0 ? 1 : slope; }
};

}  // namespace

constinit const Op leaky_relu = elementwise<LeakyRelu>("leaky-relu");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
