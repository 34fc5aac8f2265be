#pragma once

#include <array>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Judges steps by what they bring, and keeps the trust region as small as that shows it has to be.
///
/// The quadratic model of a batch's loss is checked on that batch itself: r is the actual change of a step over the
/// predicted one.
///
///   the loss rises, or r > 10        the step is taken back, κ ← κ/4
///   r < 1/4, or r > 4                κ ← κ/4
///   r > 3/4                          κ ← 1.3 κ, up to the κ that was asked for
///
/// Between checks the loss of each new batch tells of a step that went wrong: it is beyond reason where it is not
/// finite, or more than ten times the sum of the mean loss of the first batches and of the last ones. While the last
/// ones are above the first ones, steps are too large for the noise of the batches, and each check makes κ smaller: κ ←
/// 0.9 κ.
class StepGuard {
 public:
  enum class Verdict {
    InReason,
    Odd,       ///< beyond reason for the first time: the batch may be odd, not the parameters
    TooLarge,  ///< a second time in a row, or not finite
  };

  StepGuard();

  /// Of a batch's loss before its step.
  Verdict look_at(double loss);
  /// The step's own batch had the loss `before`, and has `after` it. Whether the step may stay.
  bool judge(double before, double after, double predicted);
  /// A step went wrong.
  void shrink() { multiply(kShrink); }
  /// The factor of κ, at most 1.
  [[nodiscard]] double scale() const { return static_cast<double>(values()[0]); }
  /// There is no smaller one.
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
