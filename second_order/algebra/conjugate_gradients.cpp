#include "second_order/algebra/conjugate_gradients.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Places of the scalars. Largest is of what is being scaled, Exponent that of b, PowerOfC and C as CgScales has them;
/// Step and Ratio are α̃ and β, Left what remains of b - A x, Gain xᵀ(b + r).
enum Scalar {
  Largest,
  Exponent,
  PowerOfC,
  C,
  Start,
  Rho,
  CurvatureAlongP,
  Next,
  Step,
  Ratio,
  Active,
  Status,
  Number,
  Iterations,
  Left,
  Gain,
  Count
};

/// Far below rounding, and before ρ leaves the normal range and 0/0 follows.
constexpr double kLeastTolerance = 1e-15;

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

/// α̃ = ρ / p̃ᵀAp̃
void judge_curvature(real* s, int* signal) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    if (s[Active] == 0) return;
    const real curvature = s[CurvatureAlongP];
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

/// r = p = b, scaled, with b's exponent in the scalars.
void start_from(ConstMatrixView b, real* s, MatrixView r, MatrixView p) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    s[Exponent] = static_cast<real>(exponent_of(s[Largest]));
    s[C] = 1;
  });
  const real* from = b.data;
  real* left = r.data;
  real* direction = p.data;
  for_each_index(b.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    left[i] = from[i] * power_of_two(-static_cast<int>(s[Exponent]));
    direction[i] = left[i];
  });
}

/// p̃ = c p, and A p with it.
void scale_direction(real* s, MatrixView p, MatrixView q) {
  for_each_index(1, [=] CURVEGRAPH_DEVICE(std::size_t) {
    const int exponent = CgScales::exponent_of_c(exponent_of(s[Largest]));
    s[PowerOfC] = static_cast<real>(exponent);
    s[C] = power_of_two(exponent);
  });
  real* direction = p.data;
  real* product = q.data;
  for_each_index(p.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    direction[i] *= s[C];
    product[i] *= s[C];
  });
}

}  // namespace

SolveSummary judged(SolveSummary summary, double gain, double largest) {
  const bool fits = largest <= static_cast<double>(std::numeric_limits<real>::max());
  if (!std::isfinite(summary.residual) || !std::isfinite(gain) || !fits) {
    summary.status = SolveStatus::NonFinite;
    summary.number = fits ? summary.residual : largest;
  } else if (summary.iterations > 0 && gain <= 0) {
    summary.status = SolveStatus::Inaccurate;
  }
  return summary;
}

CgRecurrence::CgRecurrence(ConstMatrixView b, MatrixView x, const CgOptions& options, Workspace& workspace)
    : workspace_(&workspace),
      b_(b),
      x_(x),
      r_(workspace.take(b.rows, b.cols)),
      p_(workspace.take(b.rows, b.cols)),
      q_(workspace.take(b.rows, b.cols)),
      scalars_(workspace.take(Count, 1)),
      signal_(&workspace.signal()),
      tolerance_(std::max(options.tolerance, kLeastTolerance)) {
  signal_->clear();
  fill(x, 0);
  fill(scalars_, 0);
  largest_magnitude(b, scalar(scalars_, Largest), workspace);
  start_from(b, scalars_.data, r_, p_);
  dot(r_, r_, scalar(scalars_, Start));
  begin(scalars_.data, signal_->on_device(), tolerance_);
}

void CgRecurrence::advance() {
  if (first_) {
    largest_magnitude(q_, scalar(scalars_, Largest), *workspace_);
    scale_direction(scalars_.data, p_, q_);
    first_ = false;
  }
  dot(p_, q_, scalar(scalars_, CurvatureAlongP));
  judge_curvature(scalars_.data, signal_->on_device());
  const real* s = scalars_.data;
  const real* q = q_.data;
  real* p = p_.data;
  real* x = x_.data;
  real* r = r_.data;
  for_each_index(p_.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    if (s[Active] == 0) return;
    x[i] += s[Step] * p[i];
    r[i] -= s[Step] * s[C] * q[i];
  });
  dot(r_, r_, scalar(scalars_, Next));
  judge_residual(scalars_.data, signal_->on_device(), tolerance_);
  for_each_index(p_.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    // c r is exact: rounded once, as r + β p would be.
    if (s[Active] != 0) p[i] = std::fma(s[Ratio], p[i], s[C] * r[i]);
  });
}

SolveSummary CgRecurrence::end() {
  // r and p stay what they were when the iterations ended, whatever was started since.
  const real* s_on_device = scalars_.data;
  const real* b = b_.data;
  real* r = r_.data;
  real* q = q_.data;
  for_each_index(b_.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    const real scaled = b[i] * power_of_two(-static_cast<int>(s_on_device[Exponent]));
    r[i] = scaled - s_on_device[C] * q[i];
    q[i] = scaled + r[i];
  });
  dot(r_, r_, scalar(scalars_, Left));
  dot(x_, q_, scalar(scalars_, Gain));
  largest_magnitude(x_, scalar(scalars_, Largest), *workspace_);
  std::array<real, Count> s{};
  copy_to_host(scalars_, s);

  SolveSummary summary{.status = static_cast<SolveStatus>(static_cast<int>(s[Status])),
                       .iterations = static_cast<int>(s[Iterations])};
  if (summary.status == SolveStatus::NonFinite) summary.number = static_cast<double>(s[Number]);
  if (summary.status == SolveStatus::NotPositiveDefinite) {
    summary.number = static_cast<double>(s[Number]) / squared_norm(p_);
  }
  if (!summary.usable() || s[Start] == 0) return summary;
  summary.residual = relative(s[Left], s[Start]);
  if (relative(s[Rho], s[Start]) > tolerance_) summary.status = SolveStatus::IterationLimit;
  const int exponent = static_cast<int>(s[PowerOfC]) + static_cast<int>(s[Exponent]);
  scale_by_power(exponent, x_, x_);
  const double largest = std::ldexp(static_cast<double>(s[Largest]), exponent);
  return judged(summary, static_cast<double>(s[Gain]), largest);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
