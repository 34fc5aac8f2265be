#include "framework/batch_mean.h"

#include "framework/linalg.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void add_batch_mean(ConstMatrixView values, MatrixView mean, Workspace& workspace) {
  const MatrixView ones = workspace.take(values.cols, 1);
  fill(ones, 1);
  gemv(real{1} / static_cast<real>(values.cols), values, Transpose::No, ones, 1, mean);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
