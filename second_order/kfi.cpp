#include "second_order/kfi.h"

#include <algorithm>
#include <cmath>

#include "framework/linalg.h"
#include "second_order/damped_factor.h"
#include "second_order/residual.h"
#include "second_order/row_space.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Kfi::Kfi(const SolverOptions& options, bool joined)
    : joined_(joined),
      form_(options.keeps ? DampedInverse::Form::Inverse : DampedInverse::Form::Factor),
      output_(options.weight.rows, form_) {
  if (joined) bias_ = Tensor(options.weight.rows, 1);
}

SolveSummary Kfi::prepare(const WeightSystem& system, const RowSpace& space, Workspace& workspace) {
  ready_ = false;
  if (const SolveSummary split = KfiDamping::split(system, space, damping_); !split.usable()) return split;
  const SolveSummary output = output_.prepare(system.G, damping_.output, workspace);
  if (!output.usable()) return output;
  if (system.moment) {
    if (!input_) input_.emplace(system.moment.rows, form_);
    const SolveSummary input = input_->prepare(system.moment, damping_.input, workspace);
    if (!input.usable()) return input;
  }
  ready_ = true;
  return {};
}

SolveSummary Kfi::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  const RowSpace space(system, joined_);
  const bool kept = system.kept && ready_;
  if (!kept) {
    if (const SolveSummary prepared = prepare(system, space, workspace); !prepared.usable()) return prepared;
  }

  const int n = system.G.rows;
  const int r = space.dimension();
  const Shape shape{n, r};
  if (q_.size() < shape.size()) q_ = Tensor(shape);
  const MatrixView solution{q_.view().data, n, r};
  const MatrixView right_side = workspace.take(n, r);
  const MatrixView product = workspace.take(n, r);
  ConstMatrixView moment = system.moment;
  space.coordinates(-1, right_side, workspace);
  if (moment) {
    output_.multiply(Side::Left, right_side, product);
    input_->multiply(Side::Right, product, solution);
  } else {
    const MatrixView of_batch = workspace.take(r, r);
    const MatrixView factor = workspace.take(r, r);
    space.second_moment(of_batch, workspace);
    const SolveSummary input = factorize_damped(1, of_batch, damping_.input, factor, workspace);
    if (!input.usable()) return input;
    output_.multiply(Side::Left, right_side, solution);
    potrs(Side::Right, factor, solution);
    moment = of_batch;
  }
  set_direction(space, solution, direction, workspace);

  // ⟨Q Xᵀ, R Xᵀ⟩ = ⟨Q (s M or I), R⟩
  if (space.of_batch()) {
    gemm(static_cast<real>(r), solution, Transpose::No, moment, Transpose::No, 0, product);
    direction.slope = -static_cast<double>(dot(product, right_side));
  } else {
    direction.slope = -static_cast<double>(dot(solution, right_side));
  }
  if (!std::isfinite(direction.slope)) return {.status = SolveStatus::NonFinite, .number = direction.slope};
  if (kept) return {};

  // (G + c'I) Q (M + cI)
  const MatrixView both = workspace.take(n, r);
  apply_damped(1, system.G, damping_.output, solution, product);
  copy(product, both);
  gemm(1, product, Transpose::No, moment, Transpose::No, damping_.input, both);
  return residual_summary(right_side, both);
}

void Kfi::set_direction(const RowSpace& space, MatrixView solution, Direction& direction, Workspace& workspace) {
  direction = {.u = solution, .v = space.basis()};
  if (!joined_) return;
  direction.bias = bias_;
  if (space.of_batch()) {
    sum_columns(1, solution, bias_, workspace);  // Q Xᵀ has Q 1 in the column of the bias
  } else {
    const int inputs = solution.cols - 1;
    direction.u = columns(solution, 0, inputs);
    copy(columns(solution, inputs, 1), bias_);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
