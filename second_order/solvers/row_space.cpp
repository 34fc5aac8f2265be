#include "second_order/solvers/row_space.h"

#include "framework/batch_mean.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "framework/tensor.h"
#include "second_order/algebra/symmetric.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double input_mean(ConstMatrixView input, bool joined, real constant) {
  const double square = static_cast<double>(constant) * static_cast<double>(constant);
  return (BatchMean(input).of_sum(squared_norm(input)) + (joined ? square : 0)) / (input.rows + (joined ? 1 : 0));
}

void RowSpace::coordinates(real factor, MatrixView result, Workspace& workspace) const {
  const real scaled = factor * BatchMean(system_->delta).weight();
  if (of_batch()) {
    copy(system_->delta, result);
    scal(scaled, result);
    return;
  }
  const ConstMatrixView h = system_->input;
  gemm(scaled, system_->delta, Transpose::No, h, Transpose::Yes, 0, columns(result, 0, h.rows));
  if (joined_) sum_columns(scaled * constant(), system_->delta, columns(result, h.rows, 1), workspace);
}

void RowSpace::second_moment(MatrixView result, Workspace& workspace) const {
  if (system_->moment) {
    copy(system_->moment, result);
    return;
  }
  const ConstMatrixView h = system_->input;
  const real one = BatchMean(h).weight();
  if (of_batch()) {
    syrk(one, h, Transpose::Yes, result);
    if (!joined_) return;
    const real square = one * constant() * constant();
    real* values = result.data;
    for_each_index(result.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { values[i] += square; });
  } else if (joined_) {
    const MatrixView joined = workspace.take(inputs(), h.cols);
    join_constant(h, joined, constant());
    syrk(one, joined, Transpose::No, result);
  } else {
    syrk(one, h, Transpose::No, result);
  }
}

void RowSpace::mean(MatrixView e, MatrixView q, Workspace& workspace) const {
  const ConstMatrixView h = system_->input;
  if (of_batch()) {
    const MatrixView a = workspace.take(h.rows, 1);
    fill(e, BatchMean(h).weight());
    gemv(1, h, Transpose::No, e, 0, a);
    gemv(1, h, Transpose::Yes, a, 0, q);
  } else {
    fill(e, 0);
    BatchMean(h).add(h, e, workspace);
    copy(e, q);
  }
}

double RowSpace::input_mean() const {
  if (system_->input_mean) return *system_->input_mean;
  return curvegraph::input_mean(system_->input, joined_, constant());
}

double RowSpace::inner(ConstMatrixView q, ConstMatrixView r, Workspace& workspace) const {
  if (!of_batch()) return static_cast<double>(dot(q, r));
  const int batch = dimension();
  const MatrixView products = workspace.take(batch, batch);
  const MatrixView gram = workspace.take(batch, batch);
  gemm(1, q, Transpose::Yes, r, Transpose::No, 0, products);
  syrk(1, basis(), Transpose::Yes, gram);
  return static_cast<double>(dot(products, gram));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
