#include "tools/reproduce/race/trials.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/reproduce/search.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::vector<MethodSettings> plan_trials(const Entrant& entrant, int count) {
  if (entrant.grid.empty()) return {};
  return plan_search(grid_points(entrant.grid), entrant.known, count, 1).trials;
}

std::vector<RaceTrial> run_trials(const std::vector<MethodSettings>& plan, double plateau, double seconds,
                                  const std::function<RaceRecord(const MethodSettings&)>& run_trial) {
  std::vector<RaceTrial> trials;
  for (const MethodSettings& settings : plan) {
    RaceTrial& trial = trials.emplace_back(RaceTrial{.settings = settings, .record = run_trial(settings)});
    const bool failed = trial.record.outcome == RunRecord::Outcome::Failed;
    const double loss = report::loss_at(trial.record.metrics.epochs, plateau, seconds);
    trial.loss = failed || std::isnan(loss) ? std::numeric_limits<double>::infinity() : loss;
  }
  std::ranges::stable_sort(trials, {}, &RaceTrial::loss);
  return trials;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
