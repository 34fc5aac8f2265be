#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Each column of m times the number of its own in d: m diag(d). `result` may be m.
void scale_columns(ConstMatrixView m, ConstMatrixView d, MatrixView result);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
