#pragma once

#include <functional>
#include <vector>

#include "tools/reproduce/training_run.h"

/// Looks for the best settings of a method by successive halving (Jamieson and Talwalkar, 2016), with thirds: all
/// trials run a few epochs, the third with the lowest training loss goes on for three times as many, until one is left.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Its trials run until they have `epochs` in all.
struct Rung {
  int trials = 0;
  int epochs = 0;
};

struct SearchPlan {
  std::vector<MethodSettings> trials = {};
  std::vector<Rung> rungs = {};  ///< the first with all trials, each later one with the best third, rounded up

  /// Of all rungs together.
  [[nodiscard]] int runs() const;
  [[nodiscard]] int epochs() const;
};

/// `count` trials, drawn from the grid's points but for the first, which is `known`; all points where the grid has no
/// more. As many rungs as it takes to get from these to one, with a third of the epochs of the one after, the last with
/// a third of `epochs`.
SearchPlan plan_search(const std::vector<MethodSettings>& grid, const MethodSettings& known, int count, int epochs);
/// Every point of the grid for all of the epochs.
SearchPlan plan_full_search(const std::vector<MethodSettings>& grid, int epochs);

struct Trial {
  MethodSettings settings = {};
  std::vector<double> losses = {};  ///< by rung it was in: training loss at its end; infinite where it had failed
  RunRecord record = {};
};

/// Runs a trial up to so many epochs.
using RunTrial = std::function<RunRecord(const MethodSettings& settings, int epochs)>;

/// All trials, the chosen one first. Throws NumericalError when those that
/// were left have all failed, with the message of one.
std::vector<Trial> search(const SearchPlan& plan, const RunTrial& run_trial);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
