#pragma once

#include <string>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of conjugate gradients.
struct CgOptions {
  int max_iterations = 50;  ///< max_cg
  double tolerance = 0.1;   ///< ε_cg: stop at ‖r‖ ≤ ε_cg ‖b‖
};

enum class SolveStatus {
  Converged,            ///< the residual is within the tolerance
  IterationLimit,       ///< it is not, after the iterations allowed: a usable direction
  NotPositiveDefinite,  ///< `number`: an eigenvalue or Rayleigh quotient of the system that is not positive
  NonFinite,            ///< `number`: the value that is not finite
  EigenFailure,         ///< `number`: LAPACK's info
  Inaccurate,           ///< rounding has left a solution that is no better than zero; `residual` says how far off
};

/// How a solve ended. Failures are values, never exceptions: the caller decides whether to stop.
///
/// A usable solution x of A x = b is finite, points downhill (bᵀx ≥ 0) and is better than x = 0:
/// - of a direct solver the residual is at most 1;
/// - of conjugate gradients ½xᵀAx - bᵀx is below 0, which every iterate keeps in exact arithmetic. Its residual may
///   exceed 1 where the iterations were too few for an ill-conditioned system: they minimize the former, not the
///   latter.
/// Anything else is Inaccurate.
struct SolveSummary {
  SolveStatus status = SolveStatus::Converged;
  int iterations = 0;   ///< 0 for a direct solver
  double residual = 0;  ///< ‖r‖ / ‖right-hand side‖ of the system that was solved, computed from the solution
  double number = 0;

  [[nodiscard]] bool usable() const {
    return status == SolveStatus::Converged || status == SolveStatus::IterationLimit;
  }
};

/// The summary of a direct solve of A x = b: the relative residual ‖b - A x‖/‖b‖, Inaccurate where it is above 1, or
/// NonFinite. `product`: A x, overwritten.
SolveSummary residual_summary(ConstMatrixView b, MatrixView product);

/// The same from the squares ‖b - A x‖² and ‖b‖².
SolveSummary residual_summary(double residual_square, double right_side_square);

/// One line with the status and its numbers, and after a failure with what helps.
std::string to_string(const SolveSummary& summary);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
