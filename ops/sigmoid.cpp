#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

constinit const Op sigmoid = elementwise<Logistic>("sigmoid");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
