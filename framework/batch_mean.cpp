#include "framework/batch_mean.h"

#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void BatchMean::add(ConstMatrixView x, MatrixView mean, Workspace& workspace) const {
  const MatrixView ones = workspace.take(x.cols, 1);
  fill(ones, 1);
  gemv(weight(), x, Transpose::No, ones, 1, mean);
}

void BatchMean::add_product(ConstMatrixView x, ConstMatrixView y, real beta, MatrixView product) const {
  gemm(weight(), x, Transpose::No, y, Transpose::Yes, beta, product);
}

void BatchMean::second_moment(ConstMatrixView x, MatrixView moment) const { syrk(weight(), x, Transpose::No, moment); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
