#include "second_order/solvers/kfi_rank_one.h"

#include <algorithm>

#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/damping.h"
#include "second_order/solvers/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

KfiRankOne::KfiRankOne(const SolverOptions& options)
    : q_(options.weight.rows, std::min(options.weight.cols, options.max_batch)) {}

SolveSummary KfiRankOne::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system);
  FactorDamping damping;
  const double output_mean = mean_eigenvalue(system.G);
  const SolveSummary split = FactorDamping::split(system.damping, output_mean, space.input_mean(), damping);
  if (!split.usable()) return split;

  const int n = system.G.rows;
  const int r = space.dimension();
  const real c = damping.input;
  const MatrixView factor = workspace.take(n, n);
  const MatrixView e = workspace.take(r, 1);
  const MatrixView q = workspace.take(r, 1);
  const MatrixView along = workspace.take(n, 1);
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView z = workspace.take(r, 1);
  const MatrixView damped = workspace.take(r, 1);
  const MatrixView combined = workspace.take(n, 1);
  const MatrixView left = workspace.take(n, 1);
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

  // (G + c'I) Q (q eᵀ + cI) z + R z
  fill_with_signs(z);
  copy(z, damped);
  scal(c, damped);
  axpy(dot(e, z), q, damped);
  gemv(1, solution, Transpose::No, damped, 0, combined);
  copy(combined, left);
  gemv(1, system.G, Transpose::No, combined, damping.output, left);
  gemv(-1, right_side, Transpose::No, z, 1, left);
  return residual_summary(squared_norm(left), squared_norm(right_side));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
