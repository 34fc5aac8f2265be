#pragma once

#include <algorithm>
#include <cmath>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/algebra/scaling.h"
#include "second_order/algebra/status.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Conjugate gradients square everything, and squares overflow or vanish in a float long before the numbers do. So b is
/// scaled to order one, and the search directions p and the iterate x of the scaled system are stored as
///
///   p̃ = c p,   x̃ = x/c,   c ≈ a^(-1/2),
///
/// where a is the size of A, known from the first product: then p̃ᵀA p̃ is of order ‖p‖². All factors are powers of two,
/// so that scaling changes no digit of the iterates. With β = ρ'/ρ
///
///   α̃ = ρ/(p̃ᵀA p̃),   x̃ ← x̃ + α̃ p̃,   r ← r - α̃ c (A p̃),   p̃ ← c r + β p̃.
struct CgScales {
  /// From the exponent of the largest number of A p, where p's is 0.
  CURVEGRAPH_DEVICE static constexpr int exponent_of_c(int exponent) { return -(exponent / 2); }
};

/// The summary of a solve that has ended: Inaccurate or NonFinite where x cannot be used. `gain`: xᵀ(b + r), which is
/// -2 (½xᵀAx - bᵀx). `largest`: max |xᵢ|.
SolveSummary judged(SolveSummary summary, double gain, double largest);

/// The iterates of conjugate gradients with all scalars on the device. The device decides when to stop, and the host
/// waits once, at the end.
class CgRecurrence {
 public:
  /// Starts from x = 0 with memory of the workspace. x is the iterate.
  CgRecurrence(ConstMatrixView b, MatrixView x, const CgOptions& options, Workspace& workspace);

  /// The search direction, scaled as CgScales says; so is x until end().
  [[nodiscard]] ConstMatrixView p() const { return p_; }
  /// Where A p has to be for advance(), A x for end().
  [[nodiscard]] MatrixView q() const { return q_; }

  /// Whether the host has seen the last iteration. It may see it late.
  [[nodiscard]] bool ended() const { return signal_->is_set(); }

  /// One iteration; none where the last one is done.
  void advance();

  /// Waits for the iterations, and says how they went.
  SolveSummary end();

 private:
  Workspace* workspace_;
  bool first_ = true;  // no product with A has been seen
  ConstMatrixView b_;
  MatrixView x_;
  MatrixView r_;
  MatrixView p_;
  MatrixView q_;
  MatrixView scalars_;
  Signal* signal_;
  double tolerance_;
};

/// conjugate_gradients() where the device is the host, so that the loop can read its scalars.
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

/// conjugate_gradients() on a GPU. The host starts one iteration after the other and waits for none. Iterations after
/// the last one change nothing.
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
