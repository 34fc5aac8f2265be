#pragma once

#include <optional>
#include <vector>

#include "framework/tensor.h"
#include "second_order/algebra/symmetric.h"
#include "second_order/damping.h"
#include "second_order/solvers/row_space.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// KFI: D = -(G + (√α/π) I)⁻¹ g (A + π√α I)⁻¹, A = E[h hᵀ] (12).
///
/// With Xᵀ A = M Xᵀ of RowSpace, Xᵀ (A + cI)⁻¹ = (M + cI)⁻¹ Xᵀ: so D = Q Xᵀ with Q = -(G + c'I)⁻¹ R (M + cI)⁻¹, two
/// Cholesky factors, or inverses of what is kept. In the space of the batch that is Woodbury's identity, exact.
///
/// Where G is kept, its DampedInverse is kept too, with its c'. Then A is damped by c = α/c', so that the product of
/// the two is the α of this step. Under relative damping √α/π depends on G and ρ alone, and the split is that of a new
/// block. The inverse is computed again where √α/π has become more than twice c' or less than half of it.
///
/// The residual reported is an estimate from one column, (R + (G + c'I) Q (M + cI)) z against R: see fill_with_signs().
class Kfi : public WeightSolver {
 public:
  /// `joins_bias`: the bias is joined to the weights as that of a constant input 1, so that (12) is of [D, d],
  /// [g, E[δ]] and E[(h, 1)(h, 1)ᵀ].
  Kfi(const SolverOptions& options, bool joins_bias);

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;
  /// c', by which a resumed run makes again the inverse that it had kept.
  std::vector<NamedState> state() override;

 private:
  SolveSummary prepare_output(const WeightSystem& system, double input_mean, Workspace& workspace);
  SolveSummary prepare_input(ConstMatrixView moment, Workspace& workspace);
  void probe(const WeightSystem& system, ConstMatrixView moment, ConstMatrixView right_side, ConstMatrixView solution,
             MatrixView sums, Workspace& workspace) const;
  void set_direction(const RowSpace& space, MatrixView solution, Direction& direction, Workspace& workspace);

  bool joined_;
  bool keeps_;
  DampedInverse::Form form_;
  FactorDamping damping_;               // of the last step
  bool output_ready_ = false;           // output_ and its mean are of the last block
  bool input_ready_ = false;            // input_ is of its average, with input_damping_
  double output_mean_ = 0;              // tr G/nₜ
  real input_damping_ = 0;              // c in input_
  DampedInverse output_;                // of G
  std::optional<DampedInverse> input_;  // of an average of A
  Tensor kept_damping_;                 // c' in output_; 0: none
  Tensor q_;                            // Q
  Tensor bias_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
