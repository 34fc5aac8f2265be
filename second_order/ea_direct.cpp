#include "second_order/ea_direct.h"

#include <algorithm>

#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/damped_factor.h"
#include "second_order/residual.h"
#include "second_order/trace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

EaDirect::EaDirect(const SolverOptions& options)
    : mean_(options.weight.cols), q_(options.weight.rows, options.max_batch) {}

SolveSummary EaDirect::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  mean_.set(system.input, workspace);
  const int n = system.G.rows;
  const MatrixView factor = workspace.take(n, n);
  const MatrixView w = workspace.take(n, 1);
  const MatrixView u = workspace.take(n, 1);
  const MatrixView product = workspace.take(n, 1);
  const real share = static_cast<real>(system.share);
  const real damping = static_cast<real>(system.damping);
  const real scale = share * mean_.square();
  SolveSummary summary = factorize_damped(scale, system.G, damping, factor, workspace);
  if (!summary.usable()) return summary;

  mean_.project(-1, system.delta, w, workspace);
  copy(w, u);
  potrs(Side::Left, factor, u);
  apply_damped(scale, system.G, damping, u, product);
  summary = residual_summary(w, product);
  if (!summary.usable()) return summary;
  // Both parts of ⟨D, g⟩ = -‖g⊥‖²/λ + u·w are negative: no digits cancel. w holds -w.
  const double square = static_cast<double>(gradient_square(system, workspace));
  const double across = std::max(square - squared_norm(w), 0.0);
  const double slope = -across / static_cast<double>(damping) - inner_product(u, w);
  axpy(-1 / damping, w, u);  // u + w/λ
  direction = mean_.combine(-1 / damping, system.delta, u, columns(q_.view(), 0, system.delta.cols));
  direction.slope = slope;
  const double curvature = static_cast<double>(scale) * trace(system.G) / n;
  if (lost_to_rounding(1 / damping, curvature, square, slope)) summary.status = SolveStatus::Inaccurate;
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
