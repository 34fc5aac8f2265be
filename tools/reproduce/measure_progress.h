#pragma once

#include <string>

#include "tools/command_line/status_line.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How far a measurement has come: a progress bar where standard output is a terminal, else a line every tenth of the
/// way.
class MeasureProgress {
 public:
  /// `what`: the measurement's name. `done`: the share that an earlier run has left, from 0 to 1.
  MeasureProgress(std::string what, double done);

  /// `detail`: what is going on, such as "update 20 of 100".
  void show(double done, double seconds_left, const std::string& detail);

 private:
  std::string what_;
  StatusLine line_;
  int tenth_;  // the last that was reached
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
