#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Σ xᵢ² over all elements, in double. It is finite if the elements are, and runs at the speed of memory, unlike dot().
double squared_norm(ConstMatrixView x);

/// Σ xᵢ yᵢ over all elements of two matrices of one shape, likewise.
double inner_product(ConstMatrixView x, ConstMatrixView y);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
