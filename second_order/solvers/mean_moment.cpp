#include <algorithm>
#include <cmath>
#include <limits>

#include "framework/batch_mean.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "second_order/solvers/input_moment.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void fit(Tensor& tensor, int rows, int cols) {
  if (tensor.size() < Shape{rows, cols}.size()) tensor = Tensor(rows, cols);
}

// ‖g‖², without g
real gradient_square(const WeightSystem& system, Workspace& workspace) {
  const int batch = system.delta.cols;
  const real mean = BatchMean(batch).weight();
  const MatrixView of_delta = workspace.take(batch, batch);
  const MatrixView of_input = workspace.take(batch, batch);
  syrk(mean, system.delta, Transpose::Yes, of_delta);
  syrk(mean, system.input, Transpose::Yes, of_input);
  return dot(of_delta, of_input);
}

}  // namespace

// Products of B² (nₜ + nₜ₋₁) against passes over nₜ nₜ₋₁ elements of memory, whose price is some hundred operations
// each.
bool MeanMoment::stores_gradient(Shape weight, int batch) {
  const double products = static_cast<double>(batch) * batch * (weight.rows + weight.cols);
  return products > 256.0 * static_cast<double>(weight.size());
}

MeanMoment::MeanMoment(const SolverOptions& options, bool may_store)
    : may_store_(may_store), mean_(options.weight.cols, 1) {
  if (may_store && stores_gradient(options.weight, options.max_batch)) {
    gradient_ = Tensor(options.weight);
    u_ = Tensor(options.weight.rows, 1);
  } else {
    q_ = Tensor(options.weight.rows, options.max_batch);
  }
}

SolveSummary MeanMoment::prepare(const WeightSystem& system, Workspace& workspace) {
  fill(mean_, 0);
  BatchMean(system.input).add(system.input, mean_, workspace);
  square_ = dot(mean_, mean_);
  if (square_ > 0) scal(1 / std::sqrt(square_), mean_);
  return {};
}

InputMoment::GradientSize MeanMoment::split(const WeightSystem& system, MatrixView along, Workspace& workspace) {
  const int batch = system.delta.cols;
  const BatchMean mean(batch);
  real square = 0;
  stored_ = may_store_ && stores_gradient({system.delta.rows, system.input.rows}, batch);
  if (stored_) {
    fit(gradient_, system.delta.rows, system.input.rows);
    mean.add_product(system.delta, system.input, 0, gradient_);
    gemv(-1, gradient_, Transpose::No, mean_, 0, along);
    square = static_cast<real>(squared_norm(gradient_));
  } else {
    const MatrixView projected = workspace.take(batch, 1);
    gemv(-mean.weight(), system.input, Transpose::Yes, mean_, 0, projected);
    gemv(1, system.delta, Transpose::No, projected, 0, along);
    square = gradient_square(system, workspace);
  }
  // c = γ/‖g⊥‖ is the same whatever ‖g⊥‖ is taken for, within rounding of the square: so it need not vanish.
  const real floor = std::numeric_limits<real>::epsilon() * square;
  return {.square = square, .across = std::sqrt(std::max(square - dot(along, along), floor))};
}

// Since a is the mean of the columns of h, c g + y âᵀ = Q hᵀ with Q = (c δ + y 1ᵀ/‖a‖)/B.
Direction MeanMoment::combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& /*workspace*/) {
  if (stored_) {
    fit(u_, Y.rows, 1);
    copy(Y, u_);
    return {.c = c, .g = gradient_, .u = u_, .v = mean_};
  }
  const int rows = system.delta.rows;
  fit(q_, rows, system.delta.cols);
  const MatrixView q = columns(q_.view(), 0, system.delta.cols);
  const real batch = static_cast<real>(system.delta.cols);
  const real of_delta = c / batch;
  const real of_y = square_ > 0 ? 1 / (std::sqrt(square_) * batch) : 0;
  const real* d = system.delta.data;
  const real* y = Y.data;
  real* out = q.data;
  for_each_element(system.delta.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * to_index(rows);
    out[i] = of_delta * d[i] + of_y * y[row];
  });
  return {.u = q, .v = system.input};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
