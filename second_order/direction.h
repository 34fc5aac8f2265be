#pragma once

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A direction in the form D = c g + u vᵀ, which often saves the solver and the update a matrix of the weight's size.
/// Parts without data are left out: D = u vᵀ without g, D = u without g and v.
struct Direction {
  real c = 0;
  ConstMatrixView g = {};     ///< nₜ × nₜ₋₁
  ConstMatrixView u = {};     ///< nₜ × r
  ConstMatrixView v = {};     ///< nₜ₋₁ × r
  ConstMatrixView bias = {};  ///< nₜ × 1: the bias's direction, from solvers that join it to the weights
  double slope = 0;           ///< ⟨D, g⟩, with the bias's part where it is joined: below 0 downhill
};

/// W = β W + η D, in one pass over W.
void add_direction(real eta, const Direction& direction, real beta, MatrixView weight);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
