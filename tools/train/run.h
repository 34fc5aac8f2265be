#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "models/save_points.h"
#include "tools/train/best_epoch.h"
#include "tools/train/display.h"
#include "tools/train/options.h"
#include "tools/train/run_folder.h"
#include "tools/train/session.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A training run of the command line: trains epoch by epoch, shows each, and saves it to the run's folder.
class Run {
 public:
  /// All three must outlive the run.
  /// `started`: when the user started the program.
  Run(const TrainOptions& options, const TrainingData& data, RunFolder& folder,
      std::chrono::steady_clock::time_point started);

  /// Returns the exit status. After the first signal to end (see Interrupts) it finishes the step and saves. Throws
  /// NumericalError if a step or an epoch fails; what was good until then is saved.
  int train();

 private:
  using Clock = std::chrono::steady_clock;

  void start();
  void train_epoch(int epoch);
  /// `start`: when the epoch, or the rest of it, began.
  void finish_epoch(int epoch, const EpochSummary& summary, double seconds, Clock::time_point start);
  EpochScores evaluate();
  /// Writes all files of the present state.
  void write();
  /// Saves the present weights, or those that are kept, as those of the best epoch.
  void write_best();
  void write_kept_best();
  [[noreturn]] void fail(const std::string& why);
  int end();
  int interrupted();

  [[nodiscard]] bool reached_target() const;
  [[nodiscard]] bool ended() const { return reached_target() || best_.should_stop() || !finished_.empty(); }

  const TrainOptions& options_;
  const TrainingData& data_;
  RunFolder& folder_;
  Settings settings_;
  TrainingSession session_;
  bool validated_;
  /// An epoch is one step, which takes less time than its row in the table.
  bool single_steps_;
  RunState state_;
  BestEpoch best_;
  Snapshot best_weights_;  // of the best epoch, until they are saved
  SavePoints points_;
  Display display_;
  Clock::time_point started_;
  std::string finished_;  // why the optimizer has no further step
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
