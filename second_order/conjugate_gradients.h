#pragma once

#include <algorithm>
#include <cmath>

#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/cg_options.h"
#include "second_order/cg_recurrence.h"
#include "second_order/cg_scales.h"
#include "second_order/scaling.h"
#include "second_order/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// conjugate_gradients() where the device is the host: scalars steer the loop as they come.
template <class Apply>
SolveSummary conjugate_gradients_on_host(const Apply& apply, ConstMatrixView b, MatrixView x, const CgOptions& options,
                                         Workspace& workspace) {
  const MatrixView r = workspace.take(b.rows, b.cols);
  const MatrixView p = workspace.take(b.rows, b.cols);
  const MatrixView q = workspace.take(b.rows, b.cols);
  const MatrixView largest = workspace.take(1, 1);
  const auto exponent = [&](ConstMatrixView of) {
    largest_magnitude(of, largest, workspace);
    return exponent_of(to_host_number(largest));
  };
  const int of_b = exponent(b);
  fill(x, 0);
  copy(b, r);
  scal(power_of_two(-of_b), r);
  copy(r, p);
  const real start = dot(r, r);
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
  int of_c = 0;
  real c = 1;
  while (residual > options.tolerance && summary.iterations < options.max_iterations) {
    apply(p, q);
    if (summary.iterations == 0) {
      of_c = CgScales::exponent_of_c(exponent(q));
      c = power_of_two(of_c);
      scal(c, p);
      scal(c, q);
    }
    const real curvature = dot(p, q);
    if (!std::isfinite(curvature)) return end(SolveStatus::NonFinite, curvature);
    if (curvature <= 0) {
      end(SolveStatus::NotPositiveDefinite);
      summary.number = static_cast<double>(curvature) / squared_norm(p);
      return summary;
    }
    const real step = rho / curvature;
    axpy(step, p, x);
    axpy(-step * c, q, r);
    const real next = dot(r, r);
    ++summary.iterations;
    if (!std::isfinite(next)) return end(SolveStatus::NonFinite, next);
    residual = std::sqrt(static_cast<double>(next) / static_cast<double>(start));
    // Far below rounding, and before ρ leaves the normal range and 0/0 follows.
    if (residual <= 1e-15) break;
    // p = c r + (ρ'/ρ) p
    scal(next / rho, p);
    axpy(c, r, p);
    rho = next;
  }
  apply(x, q);
  copy(b, r);
  scal(power_of_two(-of_b), r);
  const double along = inner_product(x, r);
  axpy(-c, q, r);
  summary.residual = std::sqrt(static_cast<double>(dot(r, r)) / static_cast<double>(start));
  const double gain = along + inner_product(x, r);
  scale_by_power(of_c + of_b, x, x);
  largest_magnitude(x, largest, workspace);
  end(residual <= std::max(options.tolerance, 1e-15) ? SolveStatus::Converged : SolveStatus::IterationLimit);
  return judged(summary, gain, static_cast<double>(to_host_number(largest)));
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
/// and must not be used where the summary is not usable. b and A may have any magnitude, see CgScales.
template <class Apply>
SolveSummary conjugate_gradients(const Apply& apply, ConstMatrixView b, MatrixView x, const CgOptions& options,
                                 Workspace& workspace) {
  return device_is_host() ? conjugate_gradients_on_host(apply, b, x, options, workspace)
                          : conjugate_gradients_on_device(apply, b, x, options, workspace);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
