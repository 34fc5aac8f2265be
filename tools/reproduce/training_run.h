#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/reproduce/method.h"

/// One run of tools/train: kept when it is finished, continued when it is not.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct TrainingRun {
  Method method = {};
  int seed = 1;
  MethodSettings settings = {};  ///< of the method
  MethodSettings options = {};   ///< what else tools/train is told: data, network, threads
  std::filesystem::path folder = {};

  /// "pch-1+ea-cg, seed 1"
  [[nodiscard]] std::string name() const;
};

/// What is known of a run, as run.json keeps it.
struct RunRecord {
  enum class Outcome {
    Unfinished,
    Finished,
    OutOfTime,  ///< the budget was used up
    Failed,     ///< the numbers went out of bounds: tools/train's status 3
  };

  Outcome outcome = Outcome::Unfinished;
  std::string message = {};               ///< why it failed
  std::vector<double> train_losses = {};  ///< by epoch done so far, after it
  double test_accuracy = 0;               ///< after the last of them
  double wall_seconds = 0;                ///< of the program, with loading and evaluation, over all its parts

  [[nodiscard]] int epochs() const { return static_cast<int>(train_losses.size()); }
  /// Nothing is left to do for a run of so many epochs, given time.
  [[nodiscard]] bool done(int wanted) const { return outcome == Outcome::Failed || epochs() >= wanted; }
};

std::string_view to_string(RunRecord::Outcome outcome);

/// What the run's folder says; a new record where there is none. Throws UsageError where a run of other settings is
/// there, Error where it cannot be read.
RunRecord read_record(const TrainingRun& run);

/// Trains until `epochs` are done, or until another would end after more than `seconds` of this call, which the first
/// epoch of a run may. Throws Error where tools/train fails for another reason than its numbers. `on_epoch`: after
/// each, with the record so far.
RunRecord continue_run(const TrainingRun& run, int epochs, double seconds,
                       const std::function<void(const RunRecord&)>& on_epoch);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
