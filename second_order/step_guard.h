#pragma once

#include <vector>

#include "framework/optimizer.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Judges steps by what they bring, and keeps the trust region as small as that shows it has to be.
///
/// The quadratic model of a batch's loss is checked on that batch itself: r is the actual change of a step over the
/// predicted one.
///
///   r < 1/4, or the loss rises: κ ← κ/4,   r > 3/4: κ ← 2κ, up to the κ that was asked for.
///
/// Between checks the loss of each new batch tells of a step that went wrong: it is beyond reason where it is not finite,
/// or more than ten times the sum of the first batch's loss and the mean of the last ones.
class StepGuard {
 public:
  StepGuard();

  /// Whether a batch's loss before its step is in reason; it then counts for the mean.
  bool in_reason(double loss);
  /// The step's own batch had the loss `before`, and has `after` it. Whether the step may stay; κ is what it should be.
  bool judge(double before, double after, double predicted);
  /// A step went wrong: κ is what it should be.
  void shrink();
  /// The factor of κ, at most 1.
  [[nodiscard]] double scale() const { return static_cast<double>(values()[0]); }
  /// There is no smaller one.
  [[nodiscard]] bool exhausted() const;
  /// What a checkpoint keeps.
  std::vector<NamedState> state() { return {{"guard", state_}}; }

 private:
  [[nodiscard]] std::vector<real> values() const { return state_.to_host(); }

  Tensor state_;  // the factor of κ, the first loss, the mean of the last; losses are negative until there are some
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
