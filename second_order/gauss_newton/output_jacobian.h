#pragma once

#include <cstdint>
#include <vector>

#include "framework/linalg.h"
#include "framework/plan.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/gauss_newton/parameter_vector.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The Jacobian of a network's outputs, scaled by the criterion: U = SᵀJ, with J = ∂f/∂θ of N samples of m outputs f,
/// and S Sᵀ = M the positive semi-definite part of the criterion's ∂²C/∂f² for each sample. So UᵀU/N = JᵀMJ/N is the
/// full Gauss-Newton matrix of the mean loss. U has N m rows; a row belongs to sample i and to column k of S, and its
/// number is i m + k.
///
/// U is never formed. A row is the gradient of a backward pass that starts from column k of S, and the gradient of a
/// weight is the product δ hᵀ. So all of U lies in δᵗ (nₜ × N m) and the inputs hᵗ (nₜ₋₁ × N) of the layers t:
///
///   U Uᵀ = Σₜ (δᵗᵀδᵗ) ∘ (hᵗᵀhᵗ + 1)      with each entry of hᵗᵀhᵗ repeated over m × m; the 1 is the bias
///   Uᵀ α = E[.] N of the backward pass that starts from S α
///
/// Exact for any graph: values may feed several ops, and layers may share parameters.
class OutputJacobian {
 public:
  /// Rows of U in a product for A: U is never in memory as a whole.
  static constexpr int kTile = 256;

  /// For samples up to plan.max_batch(). The plan needs gradients. Throws UsageError naming an op without the rules,
  /// and for parameters of an op that is not Weighted.
  explicit OutputJacobian(Plan& plan);

  [[nodiscard]] int samples() const { return plan_->batch(); }
  [[nodiscard]] int outputs() const { return outputs_; }
  [[nodiscard]] int rows() const { return samples() * outputs_; }
  [[nodiscard]] int parameters() const { return offsets_.size(); }

  /// Of the plan's last forward(). Overwrites the plan's gradients, as transposed_product() does.
  void refresh();

  /// r with S r + rest = ∂C/∂f: outputs × N, or as a vector with an entry for each row of U.
  [[nodiscard]] ConstMatrixView r() const { return columns(r_.view(), 0, samples()); }
  /// What S does not reach of ∂C/∂f, outputs × N. It is zero where M is regular.
  [[nodiscard]] ConstMatrixView rest() const { return columns(rest_.view(), 0, samples()); }
  [[nodiscard]] bool has_rest() const { return has_rest_; }

  /// K = U Uᵀ, its lower triangle; N m × N m.
  void gram(MatrixView K);
  /// A = UᵀU/N, its lower triangle; P × P for P parameters.
  void normal_matrix(MatrixView A);
  /// product = Jᵀv/N, for v of the shape outputs × N.
  void transposed_product(ConstMatrixView v, ParameterVector& product);
  /// S v, or Sᵀ v, outputs × N.
  void apply_factor(Transpose transpose, ConstMatrixView v, MatrixView product) const;

  /// The bytes that an object for such a plan allocates.
  static std::int64_t bytes(const Plan& plan);

 private:
  /// A layer, as a node of the graph, and its δᵗ.
  struct Layer {
    int node;
    int weight;
    int bias;
    Tensor delta;
  };

  [[nodiscard]] ConstMatrixView delta(const Layer& layer) const;

  Plan* plan_;
  int output_;   // the node
  int outputs_;  // m
  std::vector<Layer> layers_;
  ParameterVector offsets_;  // only for where parameters lie in it
  Tensor factor_;            // S: m × m N
  Tensor r_;
  Tensor rest_;
  Tensor seed_;  // m × N
  bool has_rest_ = false;
  Workspace workspace_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
