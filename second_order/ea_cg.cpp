#include "second_order/ea_cg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "framework/batch_mean.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

MatrixView head(MatrixView x) { return {x.data, x.rows - 1, 1}; }
ConstMatrixView head(ConstMatrixView x) { return {x.data, x.rows - 1, 1}; }
MatrixView last(MatrixView x) { return {x.data + x.rows - 1, 1, 1}; }

}  // namespace

EaCg::EaCg(Shape weight, const CgOptions& options)
    : options_(options),
      mean_direction_(weight.cols, 1),
      right_side_(weight.rows + 1, 1),
      solution_(weight.rows + 1, 1) {}

SolveSummary EaCg::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  fill(mean_direction_, 0);
  add_batch_mean(system.input, mean_direction_, workspace);
  const real mean_square = dot(mean_direction_.view(), mean_direction_.view());
  // With a = 0 there is no rank-one part, â = 0 does for it, and D = -g/α.
  if (mean_square > 0) scal(1 / std::sqrt(mean_square), mean_direction_);

  const MatrixView w = head(right_side_.view());
  gemv(-1, system.gradient, Transpose::No, mean_direction_, 0, w);
  const real square = dot(system.gradient, system.gradient);
  // c = γ/‖g⊥‖ is the same whatever ‖g⊥‖ is taken for, within rounding of the square: so it need not vanish.
  const real floor = std::numeric_limits<real>::epsilon() * square;
  const real rest = std::sqrt(std::max(square - dot(w, w), floor));
  copy_to_device(std::array{-rest}, last(right_side_.view()));

  const real alpha = static_cast<real>(system.alpha);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scal(alpha, q);
    gemv((1 - alpha) * mean_square, system.G, Transpose::No, head(p), 1, head(q));
  };
  const SolveSummary summary = conjugate_gradients(apply, right_side_, solution_, options_, workspace);
  if (!summary.usable()) return summary;

  const real c = square > 0 ? to_host(last(solution_.view()))[0] / rest : 0;
  // w holds -w: u - c w = u + c (-w).
  axpy(c, w, head(solution_.view()));
  direction = {.gradient = c, .u = head(solution_.view()), .v = mean_direction_};
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
