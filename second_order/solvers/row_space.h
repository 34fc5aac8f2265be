#pragma once

#include "framework/workspace.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// tr E[h hᵀ]/nₜ₋₁, with a constant below h where it is joined.
double input_mean(ConstMatrixView input, bool joined, real constant = 1);

/// The space of the rows of g and of all directions, spanned by the columns of a basis X, and the system in its
/// coordinates. Where the batch is smaller than the layer's input the basis is the batch's inputs, X = h, and no
/// nₜ₋₁ × nₜ₋₁ matrix is needed; otherwise it is the identity. Either way
///
///   g = R Xᵀ,   D = Q Xᵀ,   Xᵀ E[h hᵀ] = M Xᵀ,   Xᵀ X = s M or I.
///
/// Of the batch: R = δ/B, M = hᵀh/B, s = B. Of the identity: R = g, M = E[h hᵀ], or the average that stands for it,
/// which is not of the batch.
///
/// Where the bias is joined to the weights, D and g have a last column for it, and h has the system's constant as its
/// last row.
class RowSpace {
 public:
  explicit RowSpace(const WeightSystem& system, bool joined = false) : system_(&system), joined_(joined) {}

  [[nodiscard]] bool of_batch() const { return !system_->moment && system_->input.cols < inputs(); }
  [[nodiscard]] int dimension() const { return of_batch() ? system_->input.cols : inputs(); }
  /// X without the row of the bias; no data for the identity, as a Direction has it.
  [[nodiscard]] ConstMatrixView basis() const { return of_batch() ? system_->input : ConstMatrixView{}; }

  [[nodiscard]] real constant() const { return static_cast<real>(system_->constant); }

  /// factor R, nₜ × dimension
  void coordinates(real factor, MatrixView result, Workspace& workspace) const;
  /// M, dimension × dimension
  void second_moment(MatrixView result, Workspace& workspace) const;
  /// e with a = E[h] = X e, and q = Xᵀ a; both dimension × 1, aᵀa = eᵀq. Not where the bias is joined.
  void mean(MatrixView e, MatrixView q, Workspace& workspace) const;
  /// tr A/nₜ₋₁, with the constant where the bias is joined: the system's, where it has it
  [[nodiscard]] double input_mean() const;
  /// ⟨Q Xᵀ, R Xᵀ⟩ of two matrices of coordinates. Not where the bias is joined.
  [[nodiscard]] double inner(ConstMatrixView q, ConstMatrixView r, Workspace& workspace) const;

 private:
  [[nodiscard]] int inputs() const { return system_->input.rows + (joined_ ? 1 : 0); }

  const WeightSystem* system_;
  bool joined_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
