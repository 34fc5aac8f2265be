#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/check/op_check.h"
#include "tools/check/random_points.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The rules of an op at a number of random points.
struct OpSummary {
  static constexpr int kPoints = 20;
  /// Ten times what a central difference with step 1e-5 is good for at values of order one (op_check.h).
  static constexpr double kTolerance = 1e-8;

  const Op* op = nullptr;
  Targets targets = Targets::None;
  std::vector<RuleError> rules = {};  ///< each at its worst point, which `worst` names; of those that the op has
  std::string refused = {};           ///< of an op that cannot be checked: its name and why

  [[nodiscard]] bool passed() const;
};

/// Points are a function of the seed and the op's shapes alone.
OpSummary summarize(const Op& op, Targets targets, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
