#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "second_order/damping.h"
#include "second_order/options.h"
#include "second_order/step_guard.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What a step has brought, for the control to go by.
struct StepOutcome {
  double predicted = 0;  ///< change of the batch's mean loss by a quadratic model
  double actual = 0;
  bool accepted = true;
};

/// Decides how systems are damped and how long steps are, and is told how steps went.
///
/// Adaptive damping goes by the model of the curvature blocks, the trust region by that of the systems as they were
/// solved. With a trust region and an average of the weights to go back to, a StepGuard makes the region smaller where
/// steps go wrong, and judges the loss of each batch.
class StepControl {
 public:
  enum class Check { None, Damping, TrustRegion };

  /// Throws UsageError where make_damping() does.
  explicit StepControl(const SecondOrderOptions& options);

  [[nodiscard]] bool guarded() const { return guard_.has_value(); }
  [[nodiscard]] StepGuard& guard() { return *guard_; }
  [[nodiscard]] const Damping& damping() const { return *damping_; }
  /// Whether the damping needs the mean eigenvalues of a layer's factors.
  [[nodiscard]] bool is_relative() const { return relative_; }
  /// Whether the length or the check of a step needs the loss of its batch.
  [[nodiscard]] bool needs_loss(std::int64_t step) const { return region_ > 0 || damping_->measures(step); }

  /// ν of a step: the share of the direction that the trust region lets through. `slope`: Σₜ ⟨Dₜ, gₜ⟩.
  [[nodiscard]] double share(double loss, double slope, int batch) const;
  /// How the step that was just made is to be checked.
  [[nodiscard]] Check check(std::int64_t step) const;
  /// Whether a step stands whose batch had the loss `before` and has `after` it. `share`: its ν.
  StepOutcome judge(Check check, double predicted, double before, double after, double share);

  std::vector<NamedState> state();

 private:
  std::unique_ptr<Damping> damping_;
  std::optional<StepGuard> guard_;
  bool relative_;
  bool momentum_;
  double region_;  // κ
  double learning_rate_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
