#include "second_order/kfi_rank_one.h"

#include <algorithm>

#include "framework/linalg.h"
#include "second_order/damped_factor.h"
#include "second_order/kfi_damping.h"
#include "second_order/residual.h"
#include "second_order/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

KfiRankOne::KfiRankOne(const SolverOptions& options)
    : q_(options.weight.rows, std::min(options.weight.cols, options.max_batch)) {}

SolveSummary KfiRankOne::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system);
  KfiDamping damping;
  if (const SolveSummary split = KfiDamping::split(system, space, damping); !split.usable()) return split;

  const int n = system.G.rows;
  const int r = space.dimension();
  const real c = damping.input;
  const MatrixView factor = workspace.take(n, n);
  const MatrixView e = workspace.take(r, 1);
  const MatrixView q = workspace.take(r, 1);
  const MatrixView along = workspace.take(n, 1);
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView product = workspace.take(n, r);
  const MatrixView solution = columns(q_.view(), 0, r);

  const SolveSummary factorized = factorize_damped(1, system.G, damping.output, factor, workspace);
  if (!factorized.usable()) return factorized;

  space.coordinates(-1, right_side, workspace);
  space.mean(e, q, workspace);
  copy(right_side, solution);
  gemv(1, right_side, Transpose::No, q, 0, along);
  ger(-1 / (c + dot(e, q)), along, e, solution);
  scal(1 / c, solution);
  potrs(Side::Left, factor, solution);
  direction = {.u = solution, .v = space.basis(), .slope = -space.inner(solution, right_side, workspace)};

  // (G + c'I) Q (q eᵀ + cI)
  apply_damped(1, system.G, damping.output, solution, product);
  gemv(1, product, Transpose::No, q, 0, along);
  scal(c, product);
  ger(1, along, e, product);
  return residual_summary(right_side, product);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
