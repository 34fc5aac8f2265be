#pragma once

#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/check/op_check.h"
#include "framework/plan.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

inline std::vector<ConstMatrixView> views(const std::vector<Tensor>& tensors) {
  return {tensors.begin(), tensors.end()};
}

/// Calls the rules of an op at a point that may be moved between calls. Has its own buffers.
class OpRules {
 public:
  /// Rules add to their buffers. Each buffer starts at `given`, which is subtracted from the results.
  OpRules(const Op& op, OpPoint point, double given = 0);

  OpPoint& point() { return point_; }

  HostMatrix forward();
  /// Runs forward() first. dx and dparameter are the results.
  void backward();
  /// Runs backward() first. block and residual are the results.
  void curvature_backward();

  [[nodiscard]] HostMatrix dx(std::size_t input) const;
  [[nodiscard]] HostMatrix dparameter(std::size_t parameter) const;
  [[nodiscard]] HostMatrix block(std::size_t input) const;
  [[nodiscard]] HostMatrix residual(std::size_t input) const;

 private:
  [[nodiscard]] HostMatrix added(const Tensor& result) const;

  const Op& op_;
  OpPoint point_;
  double given_;
  Tensor y_;
  std::vector<Tensor> dx_;
  std::vector<Tensor> dparameters_;
  std::vector<Tensor> blocks_;
  std::vector<Tensor> residuals_;
  Workspace workspace_;
};

/// The point at which a plan calls the rules of a node: copies of its values and, if the plan has them, its gradients
/// (else zero). H is left empty.
OpPoint point_at(const Plan& plan, int node);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
