#include "second_order/cg_recurrence.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Places of the scalars. Step and Ratio are α and β, Left what remains of b - A x, Square that of p.
enum Scalar { Start, Rho, Curvature, Next, Step, Ratio, Active, Status, Number, Iterations, Left, Square, Count };

/// Far below rounding, and before ρ leaves the normal range and 0/0 follows.
constexpr double kLeast = 1e-15;

CURVEGRAPH_DEVICE constexpr real as_real(SolveStatus status) { return static_cast<real>(static_cast<int>(status)); }

CURVEGRAPH_DEVICE double relative(real square, real start) {
  return std::sqrt(static_cast<double>(square) / static_cast<double>(start));
}

MatrixView scalar(MatrixView scalars, Scalar which) { return {scalars.data + which, 1, 1}; }

/// ρ = bᵀb. Without an iteration where there is nothing to gain.
void begin(real* s, int* signal, double tolerance) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    s[Rho] = s[Start];
    s[Active] = tolerance < 1 && std::isfinite(s[Start]) && s[Start] != 0 ? 1 : 0;
    s[Status] = as_real(std::isfinite(s[Start]) ? SolveStatus::Converged : SolveStatus::NonFinite);
    s[Number] = std::isfinite(s[Start]) ? 0 : s[Start];
    if (s[Active] == 0) *signal = 1;
  });
}

/// α = ρ / pᵀAp
void judge_curvature(real* s, int* signal) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    if (s[Active] == 0) return;
    const real curvature = s[Curvature];
    s[Step] = s[Rho] / curvature;
    if (std::isfinite(curvature) && curvature > 0) return;
    s[Status] = as_real(std::isfinite(curvature) ? SolveStatus::NotPositiveDefinite : SolveStatus::NonFinite);
    s[Number] = curvature;
    s[Active] = 0;
    *signal = 1;
  });
}

/// β = ρ'/ρ, or the end.
void judge_residual(real* s, int* signal, double tolerance) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    if (s[Active] == 0) return;
    const real next = s[Next];
    s[Iterations] += 1;
    s[Ratio] = next / s[Rho];
    s[Rho] = next;
    if (std::isfinite(next) && relative(next, s[Start]) > tolerance) return;
    if (!std::isfinite(next)) {
      s[Status] = as_real(SolveStatus::NonFinite);
      s[Number] = next;
    }
    s[Active] = 0;
    *signal = 1;
  });
}

}  // namespace

CgRecurrence::CgRecurrence(ConstMatrixView b, MatrixView x, const CgOptions& options, Workspace& workspace)
    : b_(b),
      x_(x),
      r_(workspace.take(b.rows, b.cols)),
      p_(workspace.take(b.rows, b.cols)),
      q_(workspace.take(b.rows, b.cols)),
      scalars_(workspace.take(Count, 1)),
      signal_(&workspace.signal()),
      tolerance_(std::max(options.tolerance, kLeast)) {
  signal_->clear();
  fill(x, 0);
  fill(scalars_, 0);
  copy(b, r_);
  copy(b, p_);
  dot(b, b, scalar(scalars_, Start));
  begin(scalars_.data, signal_->on_device(), tolerance_);
}

void CgRecurrence::advance() {
  dot(p_, q_, scalar(scalars_, Curvature));
  judge_curvature(scalars_.data, signal_->on_device());
  const real* s = scalars_.data;
  const real* q = q_.data;
  real* p = p_.data;
  real* x = x_.data;
  real* r = r_.data;
  for_each_index(p_.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    if (s[Active] == 0) return;
    x[i] += s[Step] * p[i];
    r[i] -= s[Step] * q[i];
  });
  dot(r_, r_, scalar(scalars_, Next));
  judge_residual(scalars_.data, signal_->on_device(), tolerance_);
  for_each_index(p_.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    if (s[Active] != 0) p[i] = r[i] + s[Ratio] * p[i];
  });
}

SolveSummary CgRecurrence::end() {
  // r and p stay what they were when the iterations ended, whatever was started since.
  dot(p_, p_, scalar(scalars_, Square));
  copy(b_, r_);
  axpy(-1, q_, r_);
  dot(r_, r_, scalar(scalars_, Left));
  std::array<real, Count> s{};
  copy_to_host(scalars_, s);

  SolveSummary summary{.status = static_cast<SolveStatus>(static_cast<int>(s[Status])),
                       .iterations = static_cast<int>(s[Iterations])};
  if (summary.status == SolveStatus::NonFinite) summary.number = static_cast<double>(s[Number]);
  if (summary.status == SolveStatus::NotPositiveDefinite) summary.number = static_cast<double>(s[Number] / s[Square]);
  if (!summary.usable() || s[Start] == 0) return summary;
  summary.residual = relative(s[Left], s[Start]);
  if (relative(s[Rho], s[Start]) > tolerance_) summary.status = SolveStatus::IterationLimit;
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
