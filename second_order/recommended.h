#pragma once

#include "second_order/second_order.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What tools/train does unless told otherwise, for batches of about 100: PCH-1, Kronecker factors of weights and bias
/// together, damping relative to each layer, a trust region, and blocks, in small networks also A, that are averaged
/// and kept over some steps. One setting for every task; SecondOrderOptions{} is the paper's.
SecondOrderOptions recommended_options();

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
