#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "framework/real.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// What a race of one task runs to. With L₀ the plateau (see plateau.h) and L* the best training loss that Adam reaches
/// in so many epochs, at the best of a few learning rates and batches of 100: the target is L*, and 80 % of the way to
/// it are behind at L₀ - 0.8 (L₀ - L*).
struct RaceTarget {
  double plateau = 0;
  double best = 0;
  int epochs = 0;
  std::string learning_rate = {};  ///< Adam's that reached it

  [[nodiscard]] double full() const { return best; }
  [[nodiscard]] double partial() const { return plateau - 0.8 * (plateau - best); }
};

/// By task.
using RaceTargets = std::map<std::string, RaceTarget>;

/// targets.json. Empty where there is no file; Error where it is none.
RaceTargets read_targets(const std::filesystem::path& path);
void write_targets(const std::filesystem::path& path, const RaceTargets& targets);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
