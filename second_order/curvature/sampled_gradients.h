#pragma once

#include <cstdint>
#include <vector>

#include "framework/plan.h"
#include "framework/random.h"
#include "framework/tensor.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The gradients ∂ξ/∂y that a plan's values would have with targets drawn from the model: one more backward pass over
/// the same values, with buffers of its own, that leaves the plan's gradients alone and computes none of parameters.
class SampledGradients {
 public:
  /// Throws UsageError where the root is not a criterion that targets can be drawn for.
  explicit SampledGradients(const Plan& plan);

  /// After the plan's forward(). The targets are a function of `random` alone, and of the outputs.
  void run(Random& random);

  /// ∂ξ/∂y of a node's value, per sample: n × batch.
  [[nodiscard]] ConstMatrixView delta(int node) const;

 private:
  [[nodiscard]] MatrixView gradient(int node);

  const Plan* plan_;
  Tensor targets_;
  std::vector<Tensor> gradients_;  // by node
  Workspace workspace_;
  // Of one node; kept for their memory.
  std::vector<ConstMatrixView> x_;
  std::vector<MatrixView> dx_;
  std::vector<MatrixView> dparameters_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
