#include "second_order/cg.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/row_space.h"
#include "second_order/scale_columns.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// λ is raised to rounding of the largest, below which an eigenvalue is not known, and N^(1/2), N^(-1/2) made of it. A
/// direction of V that is then shorter than 1 carries a coordinate that much longer: their product stays exact.
void prepare_spectrum(MatrixView lambda, real squares, MatrixView root, MatrixView inverse_root) {
  const std::size_t n = lambda.size();
  constexpr real kEpsilon = std::numeric_limits<real>::epsilon();
  constexpr real kLeast = std::numeric_limits<real>::min() / std::numeric_limits<real>::epsilon();
  real* values = lambda.data;
  real* up = root.data;
  real* down = inverse_root.data;
  const real floor = std::max(kEpsilon * to_host_number({values + n - 1, 1, 1}), kLeast);
  for_each_index(n, [=] CURVEGRAPH_DEVICE(std::size_t i) {
    if (values[i] < floor) values[i] = floor;
    up[i] = squares > 0 ? std::sqrt(squares * values[i]) : real{1};
    down[i] = 1 / up[i];
  });
}

}  // namespace

Cg::Cg(const SolverOptions& options)
    : options_(options.cg), q_(options.weight.rows, std::min(options.weight.cols, options.max_batch)) {}

SolveSummary Cg::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system);
  const int n = system.G.rows;
  const int r = space.dimension();
  const MatrixView vectors = workspace.take(r, r);
  const MatrixView lambda = workspace.take(r, 1);
  const MatrixView root = workspace.take(r, 1);
  const MatrixView inverse_root = workspace.take(r, 1);
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView scratch = workspace.take(n, r);
  const MatrixView solution = columns(q_.view(), 0, r);

  space.second_moment(vectors, workspace);
  // LAPACK may loop on what is not finite, so look first.
  const double square = squared_norm(vectors);
  if (!std::isfinite(square)) return {.status = SolveStatus::NonFinite, .number = square};
  if (const int info = syevd(vectors, lambda, workspace); info != 0) {
    return {.status = SolveStatus::EigenFailure, .number = static_cast<double>(info)};
  }
  prepare_spectrum(lambda, space.of_batch() ? static_cast<real>(r) : 0, root, inverse_root);
  space.coordinates(-1, scratch, workspace);
  gemm(1, scratch, Transpose::No, vectors, Transpose::No, 0, right_side);
  scale_columns(right_side, root, right_side);

  const real share = static_cast<real>(system.share);
  const real damping = static_cast<real>(system.damping);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scale_columns(p, lambda, scratch);
    symm(share, system.G, scratch, damping, q);
  };
  const SolveSummary summary = conjugate_gradients(apply, right_side, solution, options_, workspace);
  if (!summary.usable()) return summary;
  const double slope = -inner_product(solution, right_side);

  scale_columns(solution, inverse_root, scratch);
  gemm(1, scratch, Transpose::No, vectors, Transpose::Yes, 0, solution);
  direction = {.u = solution, .v = space.basis(), .slope = slope};
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
