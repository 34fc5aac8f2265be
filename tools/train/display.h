#pragma once

#include "tools/command_line/status_line.h"
#include "tools/train/run_folder.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Shows a run on standard output: a table with one line per epoch, and on a terminal a progress bar below it.
class Display {
 public:
  /// The table shows the measure of the task next to the loss.
  explicit Display(int epochs, Task task = Task::Classification, bool validated = false)
      : epochs_(epochs), task_(task), validated_(validated) {}

  void header() const;
  /// Call this after every step. It draws on a terminal only, and not more often than the eye can follow.
  void step(int epoch, const Progress& progress, double samples_per_second, double seconds_left);
  /// Call this before losses over the whole sets are computed.
  void evaluating(int epoch);
  /// Clears the progress bar.
  void clear() { line_.clear(); }
  void row(int epoch, const EpochScores& scores, double samples_per_second, double seconds_left);

 private:
  int epochs_;
  Task task_;
  bool validated_;
  StatusLine line_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
