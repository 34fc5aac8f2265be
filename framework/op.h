#pragma once

#include <span>
#include <string_view>

#include "framework/matrix_view.h"

/// An op is a plain record of rules. The rows of a value are features, its columns are the B samples of a batch:
///
///   x, y      value of an input, of the output          dx, dy   ∂ξ/∂x, ∂ξ/∂y per sample (ξ: the sample's loss)
///   H         the block E[∂²ξ/∂y∂yᵀ] or its approximation, n_y × n_y;  E[.]: mean over the batch
///   J         ∂y/∂x of one sample
///
/// Rules add to the buffers that they are given. The code that walks the graph zeroes the buffers first.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class Random;
class Workspace;
struct Expr;

struct ShapeArgs {
  std::string_view op;
  std::span<const int> features;      ///< rows of each input
  std::span<const Shape> parameters;  ///< shape of each parameter
};

struct ForwardArgs {
  std::span<const ConstMatrixView> x;
  std::span<const ConstMatrixView> parameters;
  MatrixView y;
};

struct BackwardArgs {
  std::span<const ConstMatrixView> x;
  std::span<const ConstMatrixView> parameters;
  ConstMatrixView y;
  ConstMatrixView dy;
  std::span<const MatrixView> dx;           ///< += per sample; not wanted if the view has no data
  std::span<const MatrixView> dparameters;  ///< += E[∂ξ/∂parameter]; not wanted if the view has no data
  Workspace& workspace;
};

struct CurvatureArgs {
  std::span<const ConstMatrixView> x;
  std::span<const ConstMatrixView> parameters;
  ConstMatrixView y;
  ConstMatrixView dy;
  ConstMatrixView H;                  ///< not read by a criterion
  std::span<const MatrixView> block;  ///< n_x × n_x, += E[Jᵀ H J]; for a criterion += E[dy ∂²y/∂x²] and no residual
  std::span<const MatrixView> residual;  ///< n_x × 1, += the diagonal E[Σⱼ dyⱼ ∂²yⱼ/∂x²], zero where y is linear in x
  Workspace& workspace;
};

/// Derivatives along a line that the parameters take, θ + s θ̇. Dots are derivatives by s at s = 0.
struct TangentArgs {
  std::span<const ConstMatrixView> x;
  std::span<const ConstMatrixView> x_dot;   ///< ẋ; zero if the view has no data
  std::span<const ConstMatrixView> x_ddot;  ///< ẍ; likewise
  std::span<const ConstMatrixView> parameters;
  std::span<const ConstMatrixView> parameters_dot;  ///< θ̇
  MatrixView y_dot;                                 ///< = ẏ
  MatrixView y_ddot;                                ///< = ÿ; not wanted if the view has no data
};

/// M, the positive semi-definite part of ∂²y/∂x² of each sample, as S Sᵀ, and the gradient in its terms.
struct FactorArgs {
  ConstMatrixView x;  ///< n outputs
  ConstMatrixView t;
  MatrixView S;     ///< = n × n B: the factors of the samples, side by side
  MatrixView r;     ///< = n × B, with S r + rest = ∂y/∂x
  MatrixView rest;  ///< = n × B: what S does not reach; zero where M is regular
};

struct DrawArgs {
  ConstMatrixView x;  ///< outputs
  MatrixView t;       ///< = targets, overwritten
  Random& random;
  Workspace& workspace;
};

struct Op {
  enum class Kind {
    Map,       ///< no parameters
    Weighted,  ///< y = W x + b of parameters {W, b}: the weight block of a sample is (x xᵀ) ⊗ H, the bias block H (4c)
    Criterion,  ///< y is the loss of each sample, 1 × B; x = {outputs, targets}, targets are constants
  };

  /// What the targets of a criterion are.
  enum class Targets {
    Distributions,  ///< numbers from 0 that sum to one in each column: one-hot for labels
    Fractions,      ///< numbers in [0, 1], which sigmoid(outputs) predicts
    Numbers,        ///< any numbers, which the outputs predict
  };

  std::string_view name;
  Kind kind = Kind::Map;
  int arity = 1;
  bool convex = false;  ///< of a criterion: ∂²y/∂x² is positive semi-definite everywhere
  Targets targets = Targets::Distributions;
  bool piecewise_linear = false;  ///< of an activation: f'' = 0 wherever it exists, so the residual is zero

  /// Rows of y; throws UsageError naming the op and the shapes that do not fit.
  int (*shape)(const ShapeArgs&) = nullptr;
  void (*forward)(const ForwardArgs&) = nullptr;
  void (*backward)(const BackwardArgs&) = nullptr;
  /// If this is nullptr, only first-order methods can train the op; propagation throws an error that names it.
  void (*curvature_backward)(const CurvatureArgs&) = nullptr;
  /// For a criterion: draws targets from the distribution that the outputs represent. If this is nullptr, there is no
  /// sampled Fisher matrix.
  void (*draw_targets)(const DrawArgs&) = nullptr;
  /// Forward mode. If this is nullptr, there are no derivatives along a line; a criterion has none.
  void (*tangent)(const TangentArgs&) = nullptr;
  /// For a criterion. If this is nullptr, there is no matrix of all parameters.
  void (*factor_hessian)(const FactorArgs&) = nullptr;

  /// Applies the op: returns a new node in the graph of the operands. The op must outlive the graph.
  Expr operator()(Expr x) const;
  Expr operator()(Expr x, Expr t) const;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
