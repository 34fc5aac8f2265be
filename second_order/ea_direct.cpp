#include "second_order/ea_direct.h"

#include <cmath>

#include "framework/linalg.h"
#include "second_order/damped_factor.h"
#include "second_order/residual.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

EaDirect::EaDirect(const SolverOptions& options) : mean_(options.weight.cols), u_(options.weight.rows, 1) {}

SolveSummary EaDirect::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  mean_.set(system.input, workspace);
  const int n = system.G.rows;
  const MatrixView factor = workspace.take(n, n);
  const MatrixView w = workspace.take(n, 1);
  const MatrixView product = workspace.take(n, 1);
  const real alpha = static_cast<real>(system.alpha);
  const real scale = (1 - alpha) * mean_.square();
  SolveSummary summary = factorize_damped(scale, system.G, alpha, factor, workspace);
  if (!summary.usable()) return summary;

  gemv(-1, system.gradient, Transpose::No, mean_.direction(), 0, w);
  copy(w, u_);
  potrs(Side::Left, factor, u_);
  apply_damped(scale, system.G, alpha, u_, product);
  summary = residual_summary(w, product);
  axpy(-1 / alpha, w, u_);
  direction = {.gradient = -1 / alpha, .u = u_, .v = mean_.direction()};
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
