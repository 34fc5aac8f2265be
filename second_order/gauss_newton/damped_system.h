#pragma once

#include <cstdint>

#include "framework/plan.h"
#include "framework/tensor.h"
#include "second_order/gauss_newton/line_derivatives.h"
#include "second_order/gauss_newton/output_jacobian.h"
#include "second_order/gauss_newton/parameter_vector.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Systems with the full Gauss-Newton matrix JᵀMJ/N = UᵀU/N of P parameters, N samples and m outputs:
///
///   (UᵀU/N + κI) x = Uᵀv/N + w
///
/// Two forms, both exact. The one with fewer operations is taken:
///
///   parameters   Cholesky's factor of UᵀU/N + κI                                                         P × P
///   samples      x = w/κ + Uᵀ(UUᵀ + NκI)⁻¹ (v - U w/κ), by Woodbury                                     N m × N m
///
/// Both keep one square matrix: its upper triangle has the undamped matrix, and the lower one the factor.
class DampedSystem {
 public:
  enum class Space { Samples, Parameters };
  /// What the form needs, for a largest batch.
  struct Cost {
    Space space = Space::Samples;
    std::int64_t rows = 0;   ///< of the matrix
    double operations = 0;   ///< of one step, about
    std::int64_t bytes = 0;  ///< of all buffers of LevenbergMarquardt beside the plan
  };

  /// The matrix has at most so many rows.
  static constexpr int kMostRows = 20'000;

  /// Throws UsageError where OutputJacobian and LineDerivatives do, and if both forms have more than kMostRows rows.
  explicit DampedSystem(Plan& plan);
  /// The same for a form that is chosen.
  DampedSystem(Plan& plan, Space space);

  static Cost cost(const Plan& plan, Space space);
  static Cost cheaper(const Plan& plan);

  [[nodiscard]] Space space() const { return space_; }
  [[nodiscard]] OutputJacobian& jacobian() { return jacobian_; }
  [[nodiscard]] LineDerivatives& line() { return line_; }

  /// Makes the matrix anew, of the plan's last forward(). Overwrites the plan's gradients.
  void refresh();
  /// tr(JᵀMJ/N)/P
  [[nodiscard]] double mean_diagonal() const { return mean_diagonal_; }
  /// Factors the damped matrix. False if it is not positive definite in this precision, or not finite.
  bool factor(double kappa);
  /// After factor(). v: outputs × N; w: nullptr for 0. The plan has to have the values of refresh(); this overwrites
  /// its gradients.
  void solve(ConstMatrixView v, const ParameterVector* w, ParameterVector& x);

 private:
  MatrixView matrix();

  Space space_;
  OutputJacobian jacobian_;
  LineDerivatives line_;
  Tensor matrix_;
  Tensor diagonal_;
  Tensor seed_;   // outputs × N
  Tensor alpha_;  // likewise
  double kappa_ = 0;
  double mean_diagonal_ = 0;
  bool undamped_ = false;  // whether the lower triangle is the undamped matrix too
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
