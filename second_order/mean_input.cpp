#include "second_order/mean_input.h"

#include <cmath>
#include <limits>

#include "framework/batch_mean.h"
#include "framework/kernel.h"
#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

real gradient_square(const WeightSystem& system, Workspace& workspace) {
  const int batch = system.delta.cols;
  const real mean = real{1} / static_cast<real>(batch);
  const MatrixView of_delta = workspace.take(batch, batch);
  const MatrixView of_input = workspace.take(batch, batch);
  syrk(mean, system.delta, Transpose::Yes, of_delta);
  syrk(mean, system.input, Transpose::Yes, of_input);
  return dot(of_delta, of_input);
}

bool lost_to_rounding(real c, double curvature, double square, double slope) {
  const double rounding = 4 * static_cast<double>(std::numeric_limits<real>::epsilon()) * static_cast<double>(c);
  return rounding * rounding * curvature * square > -slope;
}

void MeanInput::set(ConstMatrixView input, Workspace& workspace) {
  input_ = input;
  fill(direction_, 0);
  add_batch_mean(input, direction_, workspace);
  square_ = dot(direction(), direction());
  if (square_ > 0) scal(1 / std::sqrt(square_), direction_);
}

void MeanInput::project(real factor, ConstMatrixView delta, MatrixView w, Workspace& workspace) const {
  const MatrixView along = workspace.take(input_.cols, 1);
  gemv(factor / static_cast<real>(input_.cols), input_, Transpose::Yes, direction(), 0, along);
  gemv(1, delta, Transpose::No, along, 0, w);
}

Direction MeanInput::combine(real c, ConstMatrixView delta, ConstMatrixView y, MatrixView q) const {
  const std::size_t rows = static_cast<std::size_t>(delta.rows);
  const real batch = static_cast<real>(delta.cols);
  const real of_delta = c / batch;
  const real of_y = square_ > 0 ? 1 / (std::sqrt(square_) * batch) : 0;
  const real* d = delta.data;
  const real* values = y.data;
  real* out = q.data;
  for_each_element(delta.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    const std::size_t i = row + col * rows;
    out[i] = of_delta * d[i] + of_y * values[row];
  });
  return {.u = q, .v = input_};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
