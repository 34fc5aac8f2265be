#pragma once

#include <span>
#include <string_view>

#include "framework/check/op_check.h"
#include "framework/random.h"

/// Random points at which rules are checked.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The kind of a criterion's targets.
enum class Targets {
  None,          ///< not a criterion
  OneHot,        ///< a one among zeros
  Distribution,  ///< numbers above zero that sum to one
  Fractions,     ///< numbers in [0, 1)
  Numbers,       ///< any
};
std::string_view name(Targets targets);

/// The kinds of targets that an op allows.
std::span<const Targets> targets_of(const Op& op);

/// Elements uniform in [low, high).
Tensor random_tensor(Random& random, Shape shape, double low, double high);
Tensor random_targets(Random& random, Shape shape, Targets kind);

/// A point of 1 to 8 features and 1 to 6 samples, away from kinks.
OpPoint random_point(Random& random, const Op& op, Targets targets);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
