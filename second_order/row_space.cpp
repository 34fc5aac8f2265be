#include "second_order/row_space.h"

#include "framework/batch_mean.h"
#include "framework/linalg.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

real one_over(int batch) { return real{1} / static_cast<real>(batch); }

}  // namespace

void RowSpace::coordinates(real factor, MatrixView result) const {
  const real scaled = factor * one_over(system_->delta.cols);
  if (of_batch()) {
    copy(system_->delta, result);
    scal(scaled, result);
  } else {
    gemm(scaled, system_->delta, Transpose::No, system_->input, Transpose::Yes, 0, result);
  }
}

void RowSpace::second_moment(MatrixView result) const {
  const ConstMatrixView h = system_->input;
  syrk(one_over(h.cols), h, of_batch() ? Transpose::Yes : Transpose::No, result);
}

void RowSpace::mean(MatrixView e, MatrixView q, Workspace& workspace) const {
  const ConstMatrixView h = system_->input;
  if (of_batch()) {
    const MatrixView a = workspace.take(h.rows, 1);
    fill(e, one_over(h.cols));
    gemv(1, h, Transpose::No, e, 0, a);
    gemv(1, h, Transpose::Yes, a, 0, q);
  } else {
    fill(e, 0);
    add_batch_mean(h, e, workspace);
    copy(e, q);
  }
}

double RowSpace::trace() const {
  const ConstMatrixView h = system_->input;
  return static_cast<double>(dot(h, h)) / h.cols;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
