#pragma once

#include <vector>

#include "framework/plan.h"
#include "framework/tensor.h"
#include "second_order/gauss_newton/parameter_vector.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The node of the outputs: the first input of the plan's criterion. Throws UsageError unless the plan's root is a
/// criterion with a rule that factors its second derivative.
int output_node(const Plan& plan);

/// Derivatives of a plan's values along a line θ + s d through its parameters, by s at s = 0, in forward mode: ẏ = J d,
/// and ÿ, the curvature of the path that y takes. For y = W x + b and y = f(x), with Ẇ and ḃ the entries of d:
///
///   ẏ = Ẇ x + ḃ + W ẋ       ÿ = 2 Ẇ ẋ + W ẍ
///   ẏ = f' ẋ                 ÿ = f'' ẋ² + f' ẍ
class LineDerivatives {
 public:
  /// Up to the outputs. Throws UsageError where output_node() does, and naming an op without this rule.
  explicit LineDerivatives(const Plan& plan);

  /// Of the values of the plan's last forward(). Without `second`, ÿ is not made.
  void run(const ParameterVector& d, bool second);

  /// ẏ and ÿ of the outputs, outputs × B.
  [[nodiscard]] ConstMatrixView first() const { return of_batch(first_[to_index(output_)]); }
  [[nodiscard]] ConstMatrixView second() const { return of_batch(second_[to_index(output_)]); }

 private:
  [[nodiscard]] MatrixView of_batch(MatrixView all) const {
    return {all.data, all.rows, all.data != nullptr ? plan_->batch() : 0};
  }

  const Plan* plan_;
  int output_;
  std::vector<int> order_;  // the nodes that depend on parameters, up to the outputs
  std::vector<Tensor> buffers_;
  std::vector<MatrixView> first_;  // by node; without data where it is zero
  std::vector<MatrixView> second_;
  std::vector<ConstMatrixView> x_dot_;  // the arguments of one rule
  std::vector<ConstMatrixView> x_ddot_;
  std::vector<ConstMatrixView> parameters_dot_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
