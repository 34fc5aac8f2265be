#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tools/reproduce/race/race_run.h"
#include "tools/reproduce/race/tasks.h"
#include "tools/reproduce/report/race_targets.h"

/// The search for an entrant's settings: everyone gets as many trials of as many seconds of training.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The entrant's known point, then others of its grid in an order drawn once; fewer where the grid has no more.
std::vector<MethodSettings> plan_trials(const Entrant& entrant, int count);

struct RaceTrial {
  MethodSettings settings = {};
  std::optional<double> to_target = {};  ///< seconds, where they were enough
  double loss = 0;  ///< training loss at the end of its seconds, see report::loss_at(); infinite where it failed
  RaceRecord record = {};
};

/// All trials, run in order, the chosen one first: that which was at the target first, then that with the least loss;
/// of equal ones the first.
std::vector<RaceTrial> run_trials(const std::vector<MethodSettings>& plan, const report::RaceTarget& target,
                                  double seconds, const std::function<RaceRecord(const MethodSettings&)>& run_trial);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
