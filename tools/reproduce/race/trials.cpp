#include "tools/reproduce/race/trials.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tools/reproduce/search.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

}  // namespace

std::vector<MethodSettings> plan_trials(const Entrant& entrant, int count) {
  if (entrant.grid.empty()) return {};
  return plan_search(grid_points(entrant.grid), entrant.known, count, 1).trials;
}

std::vector<RaceTrial> run_trials(const std::vector<MethodSettings>& plan, const report::RaceTarget& target,
                                  double seconds, const std::function<RaceRecord(const MethodSettings&)>& run_trial) {
  std::vector<RaceTrial> trials;
  for (const MethodSettings& settings : plan) {
    RaceTrial& trial = trials.emplace_back(RaceTrial{.settings = settings, .record = run_trial(settings)});
    const auto& epochs = trial.record.metrics.epochs;
    const bool failed = trial.record.outcome == RunRecord::Outcome::Failed;
    trial.loss = report::loss_at(epochs, target.plateau, seconds);
    if (failed || std::isnan(trial.loss)) trial.loss = kNever;
    if (const auto at = report::first_at(epochs, target.full(), seconds); at && !failed) trial.to_target = at->seconds;
  }
  std::ranges::stable_sort(
      trials, {}, [](const RaceTrial& trial) { return std::pair(trial.to_target.value_or(kNever), trial.loss); });
  return trials;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
