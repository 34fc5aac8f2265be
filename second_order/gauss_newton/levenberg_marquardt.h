#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Tolerances are reasons to stop; 0 switches one off. Norms are over all parameters.
struct LevenbergMarquardtOptions {
  /// λ of the first step, as a multiple of the mean diagonal element of JᵀMJ/N.
  double damping = 0.01;
  /// μ of the loss E[C] + μ/2 ‖θ‖² that is minimised, over weights and biases; from 0.
  double weight_decay = 0;
  /// The acceleration a joins a step d where ‖a‖ is at most this share of ‖d‖; 0: never.
  double acceleration = 0.75;
  /// ‖∇F‖ at most this.
  double gradient_tolerance = 1e-15;
  /// ‖d‖ at most this share of ‖θ‖.
  double step_tolerance = 1e-14;
  /// The last ten steps together lowered the loss by at most this share of it.
  double decrease_tolerance = 1e-8;
};

/// What the last step() did.
struct LevenbergMarquardtStep {
  double loss = 0;  ///< E[C] + μ/2 ‖θ‖² after it
  double gradient_norm = 0;
  double step_norm = 0;
  double damping = 0;  ///< λ that it was taken with
  double gain = 0;     ///< decrease of the loss over that which the quadratic model predicts
  int rejected = 0;    ///< steps tried before that raised the loss
  bool accelerated = false;
};

/// Levenberg-Marquardt with the full Gauss-Newton matrix and geodesic acceleration (Transtrum and Sethna,
/// arXiv:1201.5885). For the loss F = E[C] + μ/2 ‖θ‖², with g = ∇F:
///
///   (JᵀMJ/N + (μ + λ) I) d = -g
///   (JᵀMJ/N + (μ + λ) I) a = -JᵀM f̈/N      f̈: second derivative of the outputs along d, with the same factor
///   θ ← θ + d + a/2 where ‖a‖ ≤ 0.75 ‖d‖, else θ + d
///
/// A step that does not lower F is not taken: λ rises and another one is tried, until one does. DampingByGain sets λ.
/// So a step never raises the loss of its batch. It is made for small networks or few samples, for all samples as one
/// batch, and for double.
///
/// step() reports StepSummary::finished where no further step pays, with the reason and its numbers.
class LevenbergMarquardt : public Optimizer {
 public:
  /// Throws UsageError naming an op without the rules this needs, for options out of range, and with its numbers for a
  /// system of more than 20,000 equations.
  explicit LevenbergMarquardt(Plan& plan, const LevenbergMarquardtOptions& options = {});

  ~LevenbergMarquardt() override;
  LevenbergMarquardt(const LevenbergMarquardt&) = delete;
  LevenbergMarquardt& operator=(const LevenbergMarquardt&) = delete;
  LevenbergMarquardt(LevenbergMarquardt&&) = delete;
  LevenbergMarquardt& operator=(LevenbergMarquardt&&) = delete;

  StepSummary step() override;
  /// The damping, and the losses that decrease_tolerance compares.
  std::vector<NamedState> state() override;
  /// The form of the system, its size and the memory.
  [[nodiscard]] std::string describe() const override;
  [[nodiscard]] const LevenbergMarquardtStep& last() const;

 private:
  class Steps;
  std::unique_ptr<Steps> steps_of_plan_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
