#include "second_order/status.h"

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::string to_string(const SolveSummary& summary) {
  switch (summary.status) {
    case SolveStatus::Converged:
      return fmt::format("converged in {} iterations, relative residual {:.3g}", summary.iterations, summary.residual);
    case SolveStatus::IterationLimit:
      return fmt::format("iteration limit of {} reached, relative residual {:.3g}", summary.iterations,
                         summary.residual);
    case SolveStatus::NotPositiveDefinite:
      return fmt::format("not positive definite: curvature {:.6g} along the direction of iteration {}", summary.number,
                         summary.iterations + 1);
    case SolveStatus::NonFinite:
      return fmt::format("not finite: {} after {} iterations", summary.number, summary.iterations);
    case SolveStatus::EigenFailure:
      return fmt::format("eigenvalues not found: LAPACK info {:.0f}", summary.number);
  }
  return "unknown status";
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
