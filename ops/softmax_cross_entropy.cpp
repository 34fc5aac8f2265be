#include "ops/ops.h"
#include "ops/softmax_criterion.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

// C = -ℓ
struct NegativeLogLikelihood {
  static constexpr bool convex = true;
  static CURVEGRAPH_DEVICE real f(real l) { return -l; }
  static CURVEGRAPH_DEVICE real df(real) { return -1; }
  static CURVEGRAPH_DEVICE real d2f(real) { return 0; }
};

}  // namespace

constinit const Op softmax_cross_entropy = softmax_criterion<NegativeLogLikelihood>("cross-entropy");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
