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
  const real alpha = static_cast<real>(system.alpha);
  const real scale = (1 - alpha) * mean_.square();
  SolveSummary summary = factorize_damped(scale, system.G, alpha, factor, workspace);
  if (!summary.usable()) return summary;

  mean_.project(-1, system.delta, w, workspace);
  copy(w, u);
  potrs(Side::Left, factor, u);
  apply_damped(scale, system.G, alpha, u, product);
  summary = residual_summary(w, product);
  axpy(-1 / alpha, w, u);  // w holds -w: u + w/α
  direction = mean_.combine(-1 / alpha, system.delta, u, columns(q_.view(), 0, system.delta.cols));
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
