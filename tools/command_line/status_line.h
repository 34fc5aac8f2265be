#pragma once

#include <chrono>
#include <string>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A progress line on standard output. Each draw() replaces the previous line. Draws only if standard output is a
/// terminal.
class StatusLine {
 public:
  StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  StatusLine(StatusLine&&) = delete;
  StatusLine& operator=(StatusLine&&) = delete;
  /// Clears the line, so that later output starts on an empty line.
  ~StatusLine();

  /// Whether standard output is a terminal.
  [[nodiscard]] bool terminal() const { return terminal_; }
  /// Whether there is a terminal and the last line has been shown long enough to read.
  [[nodiscard]] bool due() const;
  /// Crops the line, so that the terminal does not wrap it.
  void draw(const std::string& line);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;  // a line is shown
  std::chrono::steady_clock::time_point when_;
};

/// "[######..................]"
std::string progress_bar(int done, int all);

/// 4000 s as "1:06:40".
std::string format_duration(double seconds);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
