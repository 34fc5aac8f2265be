#pragma once

#include <vector>

#include "framework/check/host_matrix.h"
#include "framework/check/op_check.h"
#include "framework/plan.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Calls the rules of an op at a point that may be moved between calls, with buffers of its own.
class OpRules {
 public:
  /// Rules add to what they are given: they are given this, and it is taken off again.
  OpRules(const Op& op, OpPoint point, double given = 0);

  OpPoint& point() { return point_; }

  HostMatrix forward();
  /// With forward() first. dx and dparameter are its results.
  void backward();
  /// With backward() first. block and residual are its results.
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

/// Where the rules of a plan's node are called: copies of its values and, where the plan has them, gradients (else
/// zero). H is left empty.
OpPoint point_at(const Plan& plan, int node);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
