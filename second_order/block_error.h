#pragma once

#include <span>

#include "framework/matrix_view.h"
#include "framework/workspace.h"
#include "second_order/status.h"

/// How well a block G stands for a true block H: the error of the paper's Tables 2 to 5, and the ends of a spectrum.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct BlockError {
  SolveSummary summary = {};  ///< NonFinite, with the number, where `value` is not finite
  double value = 0;
};

/// ‖G - |H|‖_F. `absolute`: |H|, which take_absolute_eigenvalues makes of H, once for any number of G.
BlockError block_error(ConstMatrixView g, ConstMatrixView absolute);

/// √(Σₜ errorₜ²), the tables' Total over the layers.
double total_error(std::span<const double> errors);

struct EigenvalueRange {
  SolveSummary summary = {};  ///< where it is not usable, the numbers below say nothing
  double smallest = 0;
  double largest = 0;
};

/// Of a symmetric block, whose lower triangle is read and which is left as it is.
EigenvalueRange eigenvalue_range(ConstMatrixView block, Workspace& workspace);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
