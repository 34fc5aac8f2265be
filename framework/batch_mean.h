#pragma once

#include "framework/matrix_view.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// E[.] over the samples of a batch, which are the columns of its matrices. Gradients, blocks and the loss take their
/// means with this class, so that one place decides the weight of a sample.
class BatchMean {
 public:
  explicit BatchMean(int samples) : samples_(samples) {}
  explicit BatchMean(ConstMatrixView batch) : samples_(batch.cols) {}

  /// 1/B: the weight of a sample in a sum.
  [[nodiscard]] real weight() const { return real{1} / static_cast<real>(samples_); }
  /// The mean of a quantity from its sum over the samples.
  [[nodiscard]] double of_sum(double sum) const { return sum / samples_; }
  /// mean += E[x]: x: n × B, mean: n × 1. Takes one vector of the workspace.
  void add(ConstMatrixView x, MatrixView mean, Workspace& workspace) const;
  /// product = β product + E[x yᵀ]
  void add_product(ConstMatrixView x, ConstMatrixView y, real beta, MatrixView product) const;
  /// moment = E[x xᵀ]
  void second_moment(ConstMatrixView x, MatrixView moment) const;

 private:
  int samples_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
