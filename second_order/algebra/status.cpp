#include "second_order/algebra/status.h"

#include <cmath>

#include <fmt/core.h>

#include "framework/linalg.h"
#include "framework/squared_norm.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string after(const SolveSummary& summary) {
  return summary.iterations == 0 ? "" : fmt::format(" after {} iterations", summary.iterations);
}

constexpr const char* kDamp = "more damping (rho or alpha) helps";

/// NaN without a sign, which says nothing.
double shown(double number) { return std::isnan(number) ? std::abs(number) : number; }

}  // namespace

SolveSummary residual_summary(ConstMatrixView b, MatrixView product) {
  axpy(-1, b, product);
  return residual_summary(squared_norm(product), squared_norm(b));
}

SolveSummary residual_summary(double residual_square, double right_side_square) {
  for (const double square : {residual_square, right_side_square}) {
    if (!std::isfinite(square)) return {.status = SolveStatus::NonFinite, .number = square};
  }
  const double residual = right_side_square > 0 ? std::sqrt(residual_square / right_side_square) : 0;
  return {.status = residual <= 1 ? SolveStatus::Converged : SolveStatus::Inaccurate, .residual = residual};
}

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
