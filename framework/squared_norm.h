#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Σ xᵢ² over all elements, in double: finite where these are, and at the rate of memory, which the library's dot is
/// not.
double squared_norm(ConstMatrixView x);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
