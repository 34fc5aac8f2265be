#pragma once

#include <algorithm>
#include <cmath>

#include "framework/linalg.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/cg_options.h"
#include "second_order/cg_recurrence.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// conjugate_gradients() where the device is the host: scalars steer the loop as they come.
template <class Apply>
SolveSummary conjugate_gradients_on_host(const Apply& apply, ConstMatrixView b, MatrixView x, const CgOptions& options,
                                         Workspace& workspace) {
  const MatrixView r = workspace.take(b.rows, b.cols);
  const MatrixView p = workspace.take(b.rows, b.cols);
  const MatrixView q = workspace.take(b.rows, b.cols);
  fill(x, 0);
  copy(b, r);
  copy(b, p);
  const real start = dot(b, b);
  real rho = start;
  SolveSummary summary;
  const auto end = [&](SolveStatus status, real number = 0) {
    summary.status = status;
    summary.number = static_cast<double>(number);
    return summary;
  };
  if (!std::isfinite(start)) return end(SolveStatus::NonFinite, start);
  if (start == 0) return end(SolveStatus::Converged);

  double residual = 1;
  while (residual > options.tolerance && summary.iterations < options.max_iterations) {
    apply(p, q);
    const real curvature = dot(p, q);
    if (!std::isfinite(curvature)) return end(SolveStatus::NonFinite, curvature);
    if (curvature <= 0) return end(SolveStatus::NotPositiveDefinite, curvature / dot(p, p));
    const real step = rho / curvature;
    axpy(step, p, x);
    axpy(-step, q, r);
    const real next = dot(r, r);
    ++summary.iterations;
    if (!std::isfinite(next)) return end(SolveStatus::NonFinite, next);
    residual = std::sqrt(static_cast<double>(next) / static_cast<double>(start));
    // Far below rounding, and before ρ leaves the normal range and 0/0 follows.
    if (residual <= 1e-15) break;
    // p = r + (ρ'/ρ) p
    scal(next / rho, p);
    axpy(1, r, p);
    rho = next;
  }
  apply(x, q);
  copy(b, r);
  axpy(-1, q, r);
  summary.residual = std::sqrt(static_cast<double>(dot(r, r)) / static_cast<double>(start));
  return end(residual <= std::max(options.tolerance, 1e-15) ? SolveStatus::Converged : SolveStatus::IterationLimit);
}

/// conjugate_gradients() where it is not. The host starts one iteration after the other and waits for none; those that
/// it has started when it sees that the end was reached change nothing.
template <class Apply>
SolveSummary conjugate_gradients_on_device(const Apply& apply, ConstMatrixView b, MatrixView x,
                                           const CgOptions& options, Workspace& workspace) {
  CgRecurrence recurrence(b, x, options, workspace);
  for (int i = 0; i < options.max_iterations && !recurrence.ended(); ++i) {
    apply(recurrence.p(), recurrence.q());
    recurrence.advance();
  }
  apply(x, recurrence.q());
  return recurrence.end();
}

/// Solves A x = b for a symmetric positive definite A by conjugate gradients from x = 0. `apply(p, q)` sets q = A p.
/// x and b: one shape, whatever it is. The iterates are the textbook's (Hestenes and Stiefel 1952), which stop by the
/// residual that the recurrence has; the summary's is computed anew from x. An indefinite A is noticed where a search
/// direction has no positive curvature: as long as all have, x is a descent direction, bᵀx > 0. x is zero where b is,
/// and must not be used where the summary is not usable.
template <class Apply>
SolveSummary conjugate_gradients(const Apply& apply, ConstMatrixView b, MatrixView x, const CgOptions& options,
                                 Workspace& workspace) {
  return device_is_host() ? conjugate_gradients_on_host(apply, b, x, options, workspace)
                          : conjugate_gradients_on_device(apply, b, x, options, workspace);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
