#pragma once

#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// ‖g‖² = Σ (δᵀδ ⊙ hᵀh)/B², without g.
real gradient_square(const WeightSystem& system, Workspace& workspace);

/// Whether rounding has spoilt a direction c g + y âᵀ. What it should have along â is u, with y = u - c w: of that c g
/// and y cancel c w but for ε c ‖g‖, which costs the curvature K times its square, K = s ‖a‖² tr G/nₜ. That is nothing
/// to what the direction brings, -⟨D, g⟩ = `-slope`, unless the damping is within rounding of K. `square`: ‖g‖².
bool lost_to_rounding(real c, double curvature, double square, double slope);

/// The mean of a layer's input, a = E[h], for the solvers that take a aᵀ for its second moment.
///
/// With â = a/‖a‖ every nₜ × nₜ₋₁ matrix splits into g⊥ + u âᵀ with g⊥ â = 0. The parts are orthogonal, and the system
/// (11b) falls apart into
///
///   ((1-α) ‖a‖² G + αI) u = -w,   α D⊥ = -g⊥,   w = g â,   g⊥ = g - w âᵀ.
class MeanInput {
 public:
  explicit MeanInput(int features) : direction_(features, 1) {}

  /// `input`: h, used until the next call.
  void set(ConstMatrixView input, Workspace& workspace);

  /// â; zero where a is, so that nothing is left of the part along it.
  [[nodiscard]] ConstMatrixView direction() const { return direction_.view(); }
  /// ‖a‖²
  [[nodiscard]] real square() const { return square_; }

  /// w = factor g â = factor δ (hᵀ â)/B, without g.
  void project(real factor, ConstMatrixView delta, MatrixView w, Workspace& workspace) const;

  /// D = c g + y âᵀ, without g: since a is the mean of the columns of h, D = Q hᵀ with Q = (c δ + y 1ᵀ/‖a‖)/B.
  /// y: nₜ × 1, Q: nₜ × B.
  Direction combine(real c, ConstMatrixView delta, ConstMatrixView y, MatrixView q) const;

 private:
  Tensor direction_;
  ConstMatrixView input_ = {};
  real square_ = 0;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
