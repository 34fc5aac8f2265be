#include "second_order/solvers/joint_solver.h"

#include <algorithm>
#include <limits>

#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/algebra/conjugate_gradients.h"
#include "second_order/algebra/symmetric.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary JointSolver::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  if (const SolveSummary prepared = moment_->prepare(system, workspace); !prepared.usable()) return prepared;
  return method_ == Method::Direct ? factorize(system, direction, workspace) : iterate(system, direction, workspace);
}

// The direction's part along V should be u, with Y = u - c g V. Of that, c g and Y cancel c g V but for ε c ‖g‖, which
// costs the curvature K = s λᵣ tr G/nₜ times its square. That is nothing to what the direction brings, -⟨D, g⟩ =
// `-slope`, unless the damping is within rounding of K. `square`: ‖g‖².
bool JointSolver::is_lost_to_rounding(const WeightSystem& system, real c, real square, double slope) const {
  const double curvature = system.share * static_cast<double>(moment_->largest()) * trace(system.G) / system.G.rows;
  const double rounding = 4 * static_cast<double>(std::numeric_limits<real>::epsilon()) * static_cast<double>(c);
  return rounding * rounding * curvature * static_cast<double>(square) > -slope;
}

SolveSummary JointSolver::iterate(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  const int n = system.G.rows;
  const int r = moment_->rank();
  const bool complete = moment_->is_complete();
  const int unknowns = n * r + (complete ? 0 : 1);
  const auto part = [&](auto x) { return decltype(x){x.data, n, r}; };                       // Z
  const auto rest = [&](auto x) { return decltype(x){x.data + Shape{n, r}.size(), 1, 1}; };  // γ
  const MatrixView right_side = workspace.take(unknowns, 1);
  const MatrixView solution = workspace.take(unknowns, 1);
  const MatrixView scratch = workspace.take(n, r);
  const auto [square, across] = moment_->split(system, part(right_side), workspace);
  if (!complete) fill(rest(right_side), -across);

  const real share = static_cast<real>(system.share);
  const real damping = static_cast<real>(system.damping);
  const ConstMatrixView lambda = moment_->eigenvalues();
  const real scale = lambda ? share : share * moment_->largest();
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    if (lambda) {
      scale_columns(part(p), lambda, scratch);
      symm(scale, system.G, scratch, damping, part(q));
    } else {
      gemv(scale, system.G, Transpose::No, part(p), damping, part(q));
    }
    if (!complete) scal(damping, rest(q));
  };
  SolveSummary summary = conjugate_gradients(apply, right_side, solution, options_, workspace);
  if (!summary.usable()) return summary;

  const double slope = -inner_product(solution, right_side);
  const MatrixView Y = part(solution);
  real c = 0;
  if (!complete) {
    if (across > 0) c = to_host_number(rest(solution)) / across;
    if (is_lost_to_rounding(system, c, square, slope)) summary.status = SolveStatus::Inaccurate;
    axpy(c, part(right_side), Y);
  }
  direction = moment_->combine(c, system, Y, workspace);
  direction.slope = slope;
  return summary;
}

SolveSummary JointSolver::factorize(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  const int n = system.G.rows;
  const MatrixView factor = workspace.take(n, n);
  const MatrixView w = workspace.take(n, 1);  // -g V
  const MatrixView u = workspace.take(n, 1);
  const MatrixView product = workspace.take(n, 1);
  const real damping = static_cast<real>(system.damping);
  const real scale = static_cast<real>(system.share) * moment_->largest();
  SolveSummary summary = factorize_damped(scale, system.G, damping, factor, workspace);
  if (!summary.usable()) return summary;

  const auto [square, across] = moment_->split(system, w, workspace);
  copy(w, u);
  potrs(Side::Left, factor, u);
  apply_damped(scale, system.G, damping, u, product);
  summary = residual_summary(w, product);
  if (!summary.usable()) return summary;
  // Both parts of ⟨D, g⟩ = -‖g⊥‖²/λ + u·w are negative: no digits cancel.
  const double square_across = std::max(static_cast<double>(square) - squared_norm(w), 0.0);
  const double slope = -square_across / static_cast<double>(damping) - inner_product(u, w);
  const real c = -1 / damping;
  if (is_lost_to_rounding(system, c, square, slope)) summary.status = SolveStatus::Inaccurate;
  axpy(c, w, u);
  direction = moment_->combine(c, system, u, workspace);
  direction.slope = slope;
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
