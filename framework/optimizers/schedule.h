#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How the learning rate η changes over a run: step t = 0, 1, ... takes ηₜ = η factor(t).
struct LearningRateSchedule {
  enum class Kind { Constant, Linear, Cosine };

  Kind kind = Kind::Constant;
  std::int64_t warm_up = 0;  ///< w: number of first steps, in each of which the factor rises by 1/w
  std::int64_t steps = 0;    ///< T > w: number of steps of the whole run; no effect if constant

  ///   t < w    (t + 1)/w
  ///   t ≥ w    constant 1, linear 1 - p, cosine (1 + cos πp)/2, with p = (t - w)/(T - w), but p = 1 for t ≥ T
  [[nodiscard]] double factor(std::int64_t step) const;
  /// Throws UsageError, in the name of `user`, if warm_up or steps are out of range.
  void require_valid(std::string_view user) const;
};

/// "constant", "linear" or "cosine". Throws UsageError listing these for any other name.
LearningRateSchedule::Kind schedule_from_name(std::string_view name);
std::string_view name(LearningRateSchedule::Kind kind);

/// "cosine, 100 steps of warm-up", for people.
std::string describe(const LearningRateSchedule& schedule);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
