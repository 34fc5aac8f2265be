#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/reproduce/method.h"
#include "tools/reproduce/report/race_runs.h"
#include "tools/reproduce/training_run.h"

/// One run of a race: ends at its target, or with the first epoch that ends after its seconds of training.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// For runs that end by epochs.
constexpr double kNoSecondsLimit = 1e9;

struct RaceRun {
  std::vector<std::string> command = {};  ///< the program, and what comes before the options
  MethodSettings options = {};            ///< of the task and of all runs
  MethodSettings settings = {};           ///< of the entrant; another run must not be in its folder
  int seed = 1;
  int epochs = 1;                    ///< at most
  double seconds = kNoSecondsLimit;  ///< of training, without evaluation
  std::optional<double> target = {};
  bool ours = true;  ///< tools/train, which goes on from a checkpoint; another begins anew
  std::filesystem::path folder = {};
  std::string name = {};  ///< for tables
};

struct RaceRecord {
  RunRecord::Outcome outcome = RunRecord::Outcome::Unfinished;
  std::string message = {};
  double limit = 0;  ///< seconds that it was given
  double wall_seconds = 0;
  report::RaceMetrics metrics = {};

  [[nodiscard]] int epochs() const { return static_cast<int>(metrics.epochs.size()); }
  [[nodiscard]] double seconds() const { return metrics.epochs.empty() ? 0 : metrics.epochs.back().seconds; }
};

/// Nothing is left to do for the run.
bool is_done(const RaceRun& run, const RaceRecord& record);

/// What the folder says; a new record where there is none. Throws UsageError where it has a run of other settings.
RaceRecord read_race_record(const RaceRun& run);

/// Runs it to its end, from where it was; what is done is left alone. `on_epoch`: after each, with the record so far.
/// A program of others that fails has lost; throws Error where ours fails for another reason than its numbers.
RaceRecord continue_race_run(const RaceRun& run, const std::function<void(const RaceRecord&)>& on_epoch);

/// What a finished run does not need any more: its checkpoint and its model, as large as the network.
void remove_parameters(const std::filesystem::path& folder);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
