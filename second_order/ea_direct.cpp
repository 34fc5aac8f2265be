#include "second_order/ea_direct.h"

#include <cmath>

#include "framework/linalg.h"
#include "second_order/damped_factor.h"
#include "second_order/residual.h"

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
  axpy(-1 / damping, w, u);  // w holds -w: u + w/λ
  direction = mean_.combine(-1 / damping, system.delta, u, columns(q_.view(), 0, system.delta.cols));
  // ⟨D, g⟩ = -‖g‖²/λ + (u + w/λ)·w
  direction.slope = -static_cast<double>(gradient_square(system, workspace) / damping + dot(u, w));
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
