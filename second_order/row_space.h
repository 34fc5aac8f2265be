#pragma once

#include "framework/workspace.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The space that the rows of g and of all directions lie in, spanned by the columns of a basis X, and the system in
/// coordinates of it. Where the batch is smaller than the layer's input the basis is the batch's inputs, X = h, and no
/// nₜ₋₁ × nₜ₋₁ matrix is needed; otherwise it is the identity. Either way
///
///   g = R Xᵀ,   D = Q Xᵀ,   Xᵀ E[h hᵀ] = M Xᵀ,   Xᵀ X = s M or I.
///
/// Of the batch: R = δ/B, M = hᵀh/B, s = B. Of the identity: R = g, M = E[h hᵀ].
class RowSpace {
 public:
  explicit RowSpace(const WeightSystem& system) : system_(&system) {}

  [[nodiscard]] bool of_batch() const { return system_->input.cols < system_->input.rows; }
  [[nodiscard]] int dimension() const { return of_batch() ? system_->input.cols : system_->input.rows; }
  /// X; without data for the identity, as a Direction has it.
  [[nodiscard]] ConstMatrixView basis() const { return of_batch() ? system_->input : ConstMatrixView{}; }

  /// factor R, nₜ × dimension
  void coordinates(real factor, MatrixView result) const;
  /// M, dimension × dimension
  void second_moment(MatrixView result) const;
  /// e with a = E[h] = X e, and q = Xᵀ a; both dimension × 1, aᵀa = eᵀq
  void mean(MatrixView e, MatrixView q, Workspace& workspace) const;
  /// tr E[h hᵀ]
  [[nodiscard]] double trace() const;

 private:
  const WeightSystem* system_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
