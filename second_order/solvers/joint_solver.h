#pragma once

#include <memory>
#include <utility>

#include "second_order/solvers/input_moment.h"
#include "second_order/solvers/weight_solver.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Solves (10b), the Kronecker product and its damping joined in one system, for M = V Λ Vᵀ of an InputMoment:
///
///   (s M ⊗ G + λI) vec D = -vec g.
///
/// Every matrix of its Krylov space has the form Z Vᵀ + γ g⊥/‖g⊥‖. The two parts are orthogonal, so the iterates of
/// conjugate gradients on D are, step for step, those on the nₜ r + 1 numbers (Z, γ) of
///
///   s G Z Λ + λZ = -g V,   λ γ = -‖g⊥‖,
///
/// with plain inner products, at nₜ² r operations an iteration. Then D = c g + (Z - c g V) Vᵀ with c = γ/‖g⊥‖.
class JointSolver : public WeightSolver {
 public:
  enum class Method {
    ConjugateGradients,
    Direct,  ///< by a Cholesky factor of s Λ G + λI; for moments of rank one. γ and c = -1/λ are known.
  };

  JointSolver(std::unique_ptr<InputMoment> moment, Method method, const CgOptions& options)
      : moment_(std::move(moment)), method_(method), options_(options) {}

  SolveSummary solve(const WeightSystem& system, Direction& direction, Workspace& workspace) override;

 private:
  SolveSummary iterate(const WeightSystem& system, Direction& direction, Workspace& workspace);
  SolveSummary factorize(const WeightSystem& system, Direction& direction, Workspace& workspace);
  /// Whether rounding has spoilt the direction c g + Y Vᵀ.
  [[nodiscard]] bool is_lost_to_rounding(const WeightSystem& system, real c, real square, double slope) const;

  std::unique_ptr<InputMoment> moment_;
  Method method_;
  CgOptions options_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
