#pragma once

#include <string>

#include "tools/command_line/status_line.h"
#include "tools/reproduce/race/race_run.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Shows runs on standard output: a table with a line for each that has ended, and on a terminal a line about the one
/// that goes on.
class RaceTable {
 public:
  /// `what`: "run" or "trial". `seconds`: of training that all together may take; kNoSecondsLimit where it is epochs
  /// that end them.
  RaceTable(std::string what, int runs, double seconds);

  /// Runs it to its end.
  RaceRecord show(const RaceRun& run);

 private:
  /// At most: as if every run took all its seconds, with loading and evaluation as so far.
  [[nodiscard]] std::string time_left(double of_this_run) const;

  std::string what_;
  int runs_;
  double seconds_;  // of training, of the runs that are to come
  int run_ = 0;
  double trained_ = 0;  // seconds, and what they took in all
  double passed_ = 0;
  StatusLine line_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
