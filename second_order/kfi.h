#pragma once

#include <optional>

#include "framework/tensor.h"
#include "second_order/damped_inverse.h"
#include "second_order/kfi_damping.h"
#include "second_order/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// KFI: D = -(G + (√α/π) I)⁻¹ g (A + π√α I)⁻¹, A = E[h hᵀ] (12).
///
/// With Xᵀ A = M Xᵀ of RowSpace, Xᵀ (A + cI)⁻¹ = (M + cI)⁻¹ Xᵀ: so D = Q Xᵀ with Q = -(G + c'I)⁻¹ R (M + cI)⁻¹, two
/// Cholesky factors, or of what is kept the inverses. In the space of the batch that is Woodbury's identity, exact.
///
/// A kept block keeps the split of its damping and its DampedInverse, and so does an average of A. The residual
/// reported is that of Q; only a new block's is computed, 0 stands for those that are kept.
class Kfi : public WeightSolver {
 public:
  explicit Kfi(const SolverOptions& options) : Kfi(options, false) {}

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 protected:
  Kfi(const SolverOptions& options, bool joined);

 private:
  SolveSummary prepare(const WeightSystem& system, const RowSpace& space, Workspace& workspace);
  void set_direction(const RowSpace& space, MatrixView solution, Direction& direction, Workspace& workspace);

  bool joined_;
  DampedInverse::Form form_;
  bool ready_ = false;  // what follows is of the last block
  KfiDamping damping_;
  DampedInverse output_;                // of G
  std::optional<DampedInverse> input_;  // of an average of A
  Tensor q_;                            // Q
  Tensor bias_;
};

/// KFI with the bias joined to the weights as that of a constant input 1: (12) of [D, d], [g, E[δ]] and E[(h, 1)(h,
/// 1)ᵀ].
class KfiJoined : public Kfi {
 public:
  explicit KfiJoined(const SolverOptions& options) : Kfi(options, true) {}
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
