#include "tools/reproduce/search.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kThird = 3;
constexpr std::uint64_t kSeed = 1;

}  // namespace

int SearchPlan::runs() const {
  return std::accumulate(rungs.begin(), rungs.end(), 0, [](int sum, const Rung& rung) { return sum + rung.trials; });
}

int SearchPlan::epochs() const {
  int sum = 0;
  int before = 0;
  for (const Rung& rung : rungs) sum += rung.trials * (rung.epochs - std::exchange(before, rung.epochs));
  return sum;
}

SearchPlan plan_search(const std::vector<MethodSettings>& grid, const MethodSettings& known, int count, int epochs) {
  std::vector<int> order(grid.size());
  std::iota(order.begin(), order.end(), 0);
  Random(kSeed, Random::Stream::Batch).shuffle(order);
  SearchPlan plan{.trials = {known}};
  for (const int point : order) {
    if (plan.trials.size() >= to_index(count)) break;
    const MethodSettings& settings = grid[to_index(point)];
    if (settings != known) plan.trials.push_back(settings);
  }
  int rung_epochs = epochs;
  std::vector<int> counts;
  for (int left = static_cast<int>(plan.trials.size()); left > 1; left = (left + kThird - 1) / kThird) {
    counts.push_back(left);
  }
  for (auto trials = counts.rbegin(); trials != counts.rend(); ++trials) {
    rung_epochs = (rung_epochs + kThird - 1) / kThird;
    plan.rungs.insert(plan.rungs.begin(), {.trials = *trials, .epochs = rung_epochs});
  }
  return plan;
}

SearchPlan plan_full_search(const std::vector<MethodSettings>& grid, int epochs) {
  return {.trials = grid, .rungs = {{.trials = static_cast<int>(grid.size()), .epochs = epochs}}};
}

std::vector<Trial> search(const SearchPlan& plan, const RunTrial& run_trial) {
  std::vector<Trial> trials;
  trials.reserve(plan.trials.size());
  for (const MethodSettings& settings : plan.trials) trials.push_back({.settings = settings});
  for (const Rung& rung : plan.rungs) {
    const std::span<Trial> alive = std::span(trials).first(to_index(rung.trials));
    for (Trial& trial : alive) {
      trial.record = run_trial(trial.settings, rung.epochs);
      const auto& losses = trial.record.train_losses;  // of an earlier search it may hold those of later rungs
      const auto last = to_index(rung.epochs) - 1;
      trial.losses.push_back(last < losses.size() ? losses[last] : std::numeric_limits<double>::infinity());
    }
    // Stable: of equal ones the order of the plan decides, not that of a sort.
    std::ranges::stable_sort(alive, {}, [](const Trial& trial) { return trial.losses.back(); });
  }
  if (trials.front().record.outcome == RunRecord::Outcome::Failed) {
    throw NumericalError(fmt::format("of {} settings none is left that trains; with {}: {}", trials.size(),
                                     settings_name(trials.front().settings), trials.front().record.message));
  }
  return trials;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
