#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "framework/tensor.h"
#include "framework/workspace.h"
#include "second_order/curvature/layer_blocks.h"
#include "second_order/damping.h"
#include "second_order/options.h"
#include "second_order/step_report.h"

/// How long steps are: what the quadratic model of a batch's loss predicts, how far it is trusted, and what becomes of
/// the damping and the trust region when steps go otherwise.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Judges steps by their effect on the loss, and makes the trust region smaller where steps go wrong.
///
/// The quadratic model of a batch's loss is checked on that batch itself: r is the actual change of a step over the
/// predicted one.
///
///   the loss rises, or r > 10        the step is taken back, κ ← κ/4
///   r < 1/4, or r > 4                κ ← κ/4
///   r > 3/4                          κ ← 1.3 κ, up to the κ that was asked for
///
/// Between checks the loss of each new batch shows whether a step went wrong. A loss is beyond reason where it is not
/// finite, or more than ten times the sum of two means: of the first batches' losses and of the last ones'. While the
/// last mean is above the first, steps are too large for the noise of the batches, and each check sets κ ← 0.9 κ.
class StepGuard {
 public:
  enum class Verdict {
    InReason,
    Odd,       ///< beyond reason for the first time: the batch may be at fault, not the parameters
    TooLarge,  ///< beyond reason twice in a row, or not finite
  };

  StepGuard();

  /// The verdict on a batch's loss before its step.
  Verdict look_at(double loss);
  /// Whether a step may stay that changed its own batch's loss from `before` to `after`.
  bool judge(double before, double after, double predicted);
  /// A step went wrong: κ ← κ/4.
  void shrink() { multiply(kShrink); }
  /// The factor of κ, at most 1.
  [[nodiscard]] double scale() const { return static_cast<double>(values()[0]); }
  /// Whether the factor is as small as it can be.
  [[nodiscard]] bool exhausted() const { return scale() <= 2 * kLeast; }
  /// What a checkpoint keeps.
  std::vector<NamedState> state() { return {{"guard", state_}}; }

 private:
  static constexpr double kShrink = 0.25;
  static constexpr double kLeast = 1e-12;

  [[nodiscard]] std::array<real, 5> values() const {
    std::array<real, 5> values{};
    copy_to_host(state_, values);
    return values;
  }
  void multiply(double factor);

  Tensor state_;  // the factor, mean loss of the first batches, of the last, how many first ones, how many odd in a row
};

/// The share ν of a step ηD that the quadratic model of a batch's loss ξ can be trusted with. With D = -C⁻¹g, dᵀC d of
/// the step is -η²⟨D, g⟩ and gᵀd is η⟨D, g⟩, so
///
///   ν = min(1, √(κξ/q), ξ/d),   q = -η² Σₜ ⟨Dₜ, gₜ⟩,   d = -η Σₜ ⟨Dₜ, gₜ⟩:   ν² q ≤ κξ,   ν d ≤ ξ.
///
/// The second bound matters where there is next to no curvature, as for outputs that are saturated and wrong: the model
/// then promises more than the whole loss.
///
/// `slope`: Σₜ ⟨Dₜ, gₜ⟩ over weights and biases. κ = 0: no bound.
double trust_share(double bound, double loss, double eta, double slope);

/// The change of the batch's mean loss that the quadratic model of a layer-wise curvature has for a change of the
/// parameters. With Zₜ = ΔWₜ hᵗ⁻¹ + Δbₜ 1ᵀ, what the change does to each sample's zᵗ, it is
///
///   Σₜ (⟨δᵗ, Zₜ⟩ + ½⟨Zₜ, Gᵗ Zₜ⟩)/B:
///
/// exact in first order, and in second order for E[h hᵀ] ⊗ G of weights and bias together, without damping.
///
/// Call it after the parameters have changed and before forward() runs again: the plan still has z = W h + b of the old
/// ones. `blocks`: Gᵗ, by layer.
double predicted_change(const Plan& plan, const LayerBlocks& curvature, std::span<const ConstMatrixView> blocks,
                        Workspace& workspace);

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
