#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/check/op_check.h"
#include "tools/check/random_points.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The errors of an op's rules at random points.
struct OpSummary {
  static constexpr int kPoints = 20;
  /// Ten times the error of a central difference with step 1e-5 at values of order one (op_check.h).
  static constexpr double kTolerance = 1e-8;

  const Op* op = nullptr;
  Targets targets = Targets::None;
  std::vector<RuleError> rules = {};  ///< the op's rules, each at its worst point, which `worst` names
  std::string refused = {};           ///< if the op cannot be checked: its name and the reason

  [[nodiscard]] bool passed() const;
};

/// The points depend only on the seed and the op's shapes.
OpSummary summarize(const Op& op, Targets targets, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
