#pragma once

#include <span>

#include "framework/matrix_view.h"
#include "second_order/algebra/status.h"

/// How well a block G stands for a true block H: the error of the paper's Tables 2 to 5.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct BlockError {
  SolveSummary summary = {};  ///< NonFinite, with the number, where `value` is not finite
  double value = 0;
};

/// ‖G - |H|‖_F. `absolute`: |H|, which take_absolute_eigenvalues makes of H, once for any number of G.
BlockError block_error(ConstMatrixView g, ConstMatrixView absolute);

/// √(Σₜ errorₜ²), the tables' Total over the layers.
double total_error(std::span<const double> errors);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
