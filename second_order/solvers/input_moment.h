#pragma once

#include "framework/tensor.h"
#include "second_order/solvers/weight_solver.h"

/// What the joint solvers take for the second moment of a layer's input, in the form
///
///   M = V Λ Vᵀ,   V: nₜ₋₁ × r with orthonormal columns, Λ: r eigenvalues, ascending.
///
/// The gradient g = E[δ hᵀ] splits into g = (g V) Vᵀ + g⊥ with g⊥ V = 0. The two parts are orthogonal.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class InputMoment {
 public:
  /// The sizes of the gradient's parts.
  struct GradientSize {
    real square = 0;  ///< ‖g‖²
    real across = 0;  ///< ‖g⊥‖, at least rounding of ‖g‖: it can be divided by where g is not zero
  };

  InputMoment() = default;
  InputMoment(const InputMoment&) = delete;
  InputMoment& operator=(const InputMoment&) = delete;
  InputMoment(InputMoment&&) = delete;
  InputMoment& operator=(InputMoment&&) = delete;
  virtual ~InputMoment() = default;

  /// Finds V and Λ of the system's input. Memory taken from the workspace is used until the solve ends.
  virtual SolveSummary prepare(const WeightSystem& system, Workspace& workspace) = 0;
  /// r of the system prepared last.
  [[nodiscard]] virtual int rank() const = 0;
  /// Λ, r × 1. Without data where r is always 1: largest() is all of it.
  [[nodiscard]] virtual ConstMatrixView eigenvalues() const { return {}; }
  [[nodiscard]] virtual real largest() const = 0;
  /// Whether every gradient lies in the span of V, so that g⊥ = 0.
  [[nodiscard]] virtual bool is_complete() const { return false; }

  /// along = -g V, nₜ × r. The sizes are not computed where the moment is complete.
  virtual GradientSize split(const WeightSystem& system, MatrixView along, Workspace& workspace) = 0;
  /// D = c g + Y Vᵀ, with Y: nₜ × r. Its parts are memory of this object or the system's input.
  virtual Direction combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& workspace) = 0;
};

/// M = a aᵀ with a = E[h], the layer's mean input (11b): V = â = a/‖a‖, Λ = ‖a‖².
///
/// Solvers need only g â and ‖g‖² = Σ (δᵀδ ⊙ hᵀh)/B². Where the batch is small these products cost less than g and the
/// passes over it, and neither g nor D is stored.
class MeanMoment : public InputMoment {
 public:
  /// `may_store`: g is stored where that is the cheaper way.
  MeanMoment(const SolverOptions& options, bool may_store);

  /// Whether storing g is the cheaper way.
  static bool stores_gradient(Shape weight, int batch);

  SolveSummary prepare(const WeightSystem& system, Workspace& workspace) override;
  [[nodiscard]] int rank() const override { return 1; }
  [[nodiscard]] real largest() const override { return square_; }
  GradientSize split(const WeightSystem& system, MatrixView along, Workspace& workspace) override;
  Direction combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& workspace) override;

 private:
  bool may_store_;
  bool stored_ = false;  // g, of the last split()
  Tensor mean_;          // â; zero where a is
  real square_ = 0;      // ‖a‖²
  Tensor gradient_;      // g, where it is stored
  Tensor u_;             // Y, where g is stored
  Tensor q_;             // Q of D = Q hᵀ, where it is not
};

/// The mean a = E[h] and the r - 1 principal directions of the batch's inputs about it:
///
///   M = a aᵀ + Σᵢ λᵢ vᵢ vᵢᵀ,   E[(h - a)(h - a)ᵀ] vᵢ = λᵢ vᵢ,   λ₁ ≥ λ₂ ≥ ... ≥ λᵣ₋₁:
///
/// a aᵀ (11b) for r = 1 and A = E[h hᵀ] (11a) for r = B. In the space of the batch, with X the inputs and e₁ = 1/√B the
/// constant vector, M = X E Eᵀ Xᵀ/B where the columns of E are e₁ and eigenvectors of the centred Gram matrix. With
/// EᵀXᵀX E/B = F Λ Fᵀ, V = X C with C = E F (B Λ)^(-1/2). This costs the eigenvectors of a B × B matrix.
class PrincipalMoment : public InputMoment {
 public:
  /// Throws UsageError for a rank below 1. A rank above the batch's size counts as that size.
  explicit PrincipalMoment(const SolverOptions& options);

  SolveSummary prepare(const WeightSystem& system, Workspace& workspace) override;
  [[nodiscard]] int rank() const override { return lambda_.rows; }
  [[nodiscard]] ConstMatrixView eigenvalues() const override { return lambda_; }
  [[nodiscard]] real largest() const override;
  GradientSize split(const WeightSystem& system, MatrixView along, Workspace& workspace) override;
  Direction combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& workspace) override;

 private:
  int rank_;
  // Memory of the workspace.
  MatrixView gram_ = {};    // XᵀX
  MatrixView C_ = {};       // of V = X C
  MatrixView KC_ = {};      // XᵀX C
  MatrixView lambda_ = {};  // Λ
  Tensor q_;                // Q of D = Q Xᵀ
};

/// M = A = E[h hᵀ] (11a), by the eigenvectors of the second moment in the coordinates of RowSpace: that is E Λ Eᵀ, and
/// with Xᵀ X = E N Eᵀ, N diagonal, V = X E N^(-1/2).
class BatchMoment : public InputMoment {
 public:
  explicit BatchMoment(const SolverOptions& options);

  SolveSummary prepare(const WeightSystem& system, Workspace& workspace) override;
  [[nodiscard]] int rank() const override { return lambda_.rows; }
  [[nodiscard]] ConstMatrixView eigenvalues() const override { return lambda_; }
  [[nodiscard]] real largest() const override;
  [[nodiscard]] bool is_complete() const override { return true; }
  GradientSize split(const WeightSystem& system, MatrixView along, Workspace& workspace) override;
  Direction combine(real c, const WeightSystem& system, ConstMatrixView Y, Workspace& workspace) override;

 private:
  // Memory of the workspace.
  MatrixView vectors_ = {};       // E
  MatrixView lambda_ = {};        // Λ
  MatrixView root_ = {};          // N^(1/2)
  MatrixView inverse_root_ = {};  // N^(-1/2)
  Tensor q_;                      // Q of D = Q Xᵀ
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
