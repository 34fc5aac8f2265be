#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tools/command_line/status_line.h"
#include "tools/reproduce/training_run.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Shows runs on standard output: a table with a line for each that has ended, and on a terminal a line about the one
/// that goes on.
class RunTable {
 public:
  /// `what`: "run" or "trial". `runs`, and the `epochs` of all together, are what has to be done; `seconds`: no more
  /// time than that is taken.
  RunTable(std::string_view what, int runs, int epochs, double seconds);

  void begin(const std::string& name, const RunRecord& record, int epochs);
  void epoch(const RunRecord& record);
  /// Of a run that begin() has announced.
  void end(const RunRecord& record);

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] double seconds_left() const;

  std::string_view what_;
  int runs_;
  int epochs_left_;
  double seconds_;
  int run_ = 0;
  std::string name_;
  int wanted_ = 0;  // epochs, of the run
  int at_ = 0;      // epoch of the run
  int epochs_done_ = 0;
  Clock::time_point start_ = Clock::now();
  StatusLine line_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
