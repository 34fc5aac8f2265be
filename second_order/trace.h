#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Σᵢ aᵢᵢ of a square matrix, in double.
double trace(ConstMatrixView a);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
