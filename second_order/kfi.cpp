#include "second_order/kfi.h"

#include <algorithm>

#include "framework/linalg.h"
#include "second_order/damped_factor.h"
#include "second_order/kfi_damping.h"
#include "second_order/residual.h"
#include "second_order/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Kfi::Kfi(const SolverOptions& options) : q_(options.weight.rows, std::min(options.weight.cols, options.max_batch)) {}

SolveSummary Kfi::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system);
  KfiDamping damping;
  if (const SolveSummary split = KfiDamping::split(system, space, damping); !split.usable()) return split;

  const int n = system.G.rows;
  const int r = space.dimension();
  const MatrixView output_factor = workspace.take(n, n);
  const MatrixView moment = workspace.take(r, r);
  const MatrixView input_factor = workspace.take(r, r);
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView product = workspace.take(n, r);
  const MatrixView solution = columns(q_.view(), 0, r);

  const SolveSummary output = factorize_damped(1, system.G, damping.output, output_factor, workspace);
  if (!output.usable()) return output;
  space.second_moment(moment);
  const SolveSummary input = factorize_damped(1, moment, damping.input, input_factor, workspace);
  if (!input.usable()) return input;

  space.coordinates(-1, right_side);
  copy(right_side, solution);
  potrs(Side::Left, output_factor, solution);
  potrs(Side::Right, input_factor, solution);
  direction = {.u = solution, .v = space.basis()};

  // (G + c'I) Q (M + cI)
  apply_damped(1, system.G, damping.output, solution, product);
  const MatrixView both = workspace.take(n, r);
  copy(product, both);
  gemm(1, product, Transpose::No, moment, Transpose::No, damping.input, both);
  return residual_summary(right_side, both);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
