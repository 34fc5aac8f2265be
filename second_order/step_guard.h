#pragma once

#include <array>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"

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

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
