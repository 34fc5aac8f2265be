#pragma once

#include <string>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

enum class SolveStatus {
  Converged,            ///< the residual is within the tolerance
  IterationLimit,       ///< it is not, after the iterations allowed: a usable direction
  NotPositiveDefinite,  ///< `number`: an eigenvalue or Rayleigh quotient of the system that is not positive
  NonFinite,            ///< `number`: the value that is not finite
  EigenFailure,         ///< `number`: LAPACK's info
};

/// How a solve ended. Failures are values, never exceptions: the caller decides whether to stop.
struct SolveSummary {
  SolveStatus status = SolveStatus::Converged;
  int iterations = 0;   ///< 0 for a direct solver
  double residual = 0;  ///< ‖r‖ / ‖right-hand side‖ of the system that was solved, computed from the solution
  double number = 0;

  [[nodiscard]] bool usable() const {
    return status == SolveStatus::Converged || status == SolveStatus::IterationLimit;
  }
};

/// One line with the status and its numbers.
std::string to_string(const SolveSummary& summary);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
