#include "second_order/ea_cg.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/trace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

MatrixView head(MatrixView x) { return {x.data, x.rows - 1, 1}; }
ConstMatrixView head(ConstMatrixView x) { return {x.data, x.rows - 1, 1}; }
MatrixView last(MatrixView x) { return {x.data + x.rows - 1, 1, 1}; }

void fit(Tensor& tensor, int rows, int cols) {
  if (tensor.size() < Shape{rows, cols}.size()) tensor = Tensor(rows, cols);
}

}  // namespace

// Products of B² (nₜ + nₜ₋₁) against passes over nₜ nₜ₋₁ elements of memory, whose price is some hundred operations
// each.
bool EaCg::stores_gradient(Shape weight, int batch) {
  const double products = static_cast<double>(batch) * batch * (weight.rows + weight.cols);
  return products > 256.0 * static_cast<double>(weight.size());
}

EaCg::EaCg(const SolverOptions& options)
    : options_(options.cg),
      mean_(options.weight.cols),
      right_side_(options.weight.rows + 1, 1),
      solution_(options.weight.rows + 1, 1) {
  if (stores_gradient(options.weight, options.max_batch)) {
    gradient_ = Tensor(options.weight);
  } else {
    q_ = Tensor(options.weight.rows, options.max_batch);
  }
}

EaCg::GradientSize EaCg::set_right_side(const WeightSystem& system, bool stored, Workspace& workspace) {
  const int batch = system.delta.cols;
  const MatrixView w = head(right_side_.view());
  real square = 0;
  if (stored) {
    fit(gradient_, system.delta.rows, system.input.rows);
    gemm(real{1} / static_cast<real>(batch), system.delta, Transpose::No, system.input, Transpose::Yes, 0, gradient_);
    gemv(-1, gradient_, Transpose::No, mean_.direction(), 0, w);
    square = static_cast<real>(squared_norm(gradient_));
  } else {
    mean_.project(-1, system.delta, w, workspace);
    square = gradient_square(system, workspace);
  }
  // c = γ/‖g⊥‖ is the same whatever ‖g⊥‖ is taken for, within rounding of the square: so it need not vanish.
  const real floor = std::numeric_limits<real>::epsilon() * square;
  const real rest = std::sqrt(std::max(square - dot(w, w), floor));
  fill(last(right_side_.view()), -rest);
  return {.square = square, .rest = rest};
}

SolveSummary EaCg::solve(const WeightSystem& system, Direction& direction, Workspace& workspace) {
  workspace.reset();
  mean_.set(system.input, workspace);
  const int batch = system.delta.cols;
  const bool stored = stores_gradient({system.delta.rows, system.input.rows}, batch);
  const auto [square, rest] = set_right_side(system, stored, workspace);

  const real share = static_cast<real>(system.share);
  const real damping = static_cast<real>(system.damping);
  const auto apply = [&](ConstMatrixView p, MatrixView q) {
    copy(p, q);
    scal(damping, q);
    gemv(share * mean_.square(), system.G, Transpose::No, head(p), 1, head(q));
  };
  SolveSummary summary = conjugate_gradients(apply, right_side_, solution_, options_, workspace);
  if (!summary.usable()) return summary;

  const double slope = -inner_product(solution_, right_side_);
  const real c = rest > 0 ? to_host_number(last(solution_.view())) / rest : 0;
  const double curvature = system.share * static_cast<double>(mean_.square()) * trace(system.G) / system.G.rows;
  if (lost_to_rounding(c, curvature, static_cast<double>(square), slope)) summary.status = SolveStatus::Inaccurate;
  // The right-hand side holds -w: u - c w = u + c (-w).
  const MatrixView y = head(solution_.view());
  axpy(c, head(right_side_.view()), y);
  if (stored) {
    direction = {.c = c, .g = gradient_, .u = y, .v = mean_.direction()};
  } else {
    fit(q_, system.delta.rows, batch);
    direction = mean_.combine(c, system.delta, y, columns(q_.view(), 0, batch));
  }
  direction.slope = slope;
  return summary;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
