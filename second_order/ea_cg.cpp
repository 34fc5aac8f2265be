#include "second_order/ea_cg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

MatrixView head(MatrixView x) { return {x.data, x.rows - 1, 1}; }
ConstMatrixView head(ConstMatrixView x) { return {x.data, x.rows - 1, 1}; }
MatrixView last(MatrixView x) { return {x.data + x.rows - 1, 1, 1}; }

}  // namespace

EaCg::EaCg(const SolverOptions& options)
    : options_(options.cg),
      mean_(options.weight.cols),
      right_side_(options.weight.rows + 1, 1),
      solution_(options.weight.rows + 1, 1) {}

SolveSummary EaCg::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  mean_.set(system.input, workspace);

  const MatrixView w = head(right_side_.view());
  gemv(-1, system.gradient, Transpose::No, mean_.direction(), 0, w);
  const real square = dot(system.gradient, system.gradient);
  // c = γ/‖g⊥‖ is the same whatever ‖g⊥‖ is taken for, within rounding of the square: so it need not vanish.
  const real floor = std::numeric_limits<real>::epsilon() * square;
  const real rest = std::sqrt(std::max(square - dot(w, w), floor));
  copy_to_device(std::array{-rest}, last(right_side_.view()));

  const real alpha = static_cast<real>(system.alpha);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scal(alpha, q);
    gemv((1 - alpha) * mean_.square(), system.G, Transpose::No, head(p), 1, head(q));
  };
  const SolveSummary summary = conjugate_gradients(apply, right_side_, solution_, options_, workspace);
  if (!summary.usable()) return summary;

  const real c = square > 0 ? to_host(last(solution_.view()))[0] / rest : 0;
  // w holds -w: u - c w = u + c (-w).
  axpy(c, w, head(solution_.view()));
  direction = {.gradient = c, .u = head(solution_.view()), .v = mean_.direction()};
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
