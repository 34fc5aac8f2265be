#pragma once

#include <chrono>
#include <string>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A line on standard output that each draw() puts in place of the last one; only where that is a terminal.
class StatusLine {
 public:
  StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  StatusLine(StatusLine&&) = delete;
  StatusLine& operator=(StatusLine&&) = delete;
  /// Takes the line away, so that what is printed next stands on a line of its own.
  ~StatusLine();

  /// Standard output is one; else nothing is ever drawn.
  [[nodiscard]] bool terminal() const { return terminal_; }
  /// There is a terminal, and the last line has stood for as long as the eye needs.
  [[nodiscard]] bool due() const;
  /// Cropped, so that the terminal does not wrap it.
  void draw(const std::string& line);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;  // a line stands there
  std::chrono::steady_clock::time_point when_;
};

/// "[######..................]"
std::string progress_bar(int done, int all);

/// 4000 s as "1:06:40".
std::string format_duration(double seconds);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
