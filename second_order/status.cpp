#include "second_order/status.h"

#include <cmath>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string after(const SolveSummary& summary) {
  return summary.iterations == 0 ? "" : fmt::format(" after {} iterations", summary.iterations);
}

constexpr const char* kDamp = "more damping (rho or alpha) helps";

/// NaN without a sign, which says nothing.
double shown(double number) { return std::isnan(number) ? std::abs(number) : number; }

}  // namespace

std::string to_string(const SolveSummary& summary) {
  switch (summary.status) {
    case SolveStatus::Converged:
      return summary.iterations == 0 ? fmt::format("solved, relative residual {:.3g}", summary.residual)
                                     : fmt::format("converged in {} iterations, relative residual {:.3g}",
                                                   summary.iterations, summary.residual);
    case SolveStatus::IterationLimit:
      return fmt::format("iteration limit of {} reached, relative residual {:.3g}", summary.iterations,
                         summary.residual);
    case SolveStatus::NotPositiveDefinite:
      return fmt::format("not positive definite: curvature {:.6g}{}; {}", summary.number, after(summary), kDamp);
    case SolveStatus::NonFinite:
      return fmt::format("not finite: {}{}; training with a smaller learning rate or a trust region helps",
                         shown(summary.number), after(summary));
    case SolveStatus::EigenFailure:
      return fmt::format("eigenvalues not found: LAPACK info {:.0f}; another solver or curvature may need none",
                         summary.number);
    case SolveStatus::Inaccurate:
      return fmt::format("lost to rounding: relative residual {:.3g}{}; {}", summary.residual, after(summary), kDamp);
  }
  return "unknown status";
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
