#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A progress line on standard output. Each draw() replaces the previous line. Draws only if standard output is a
/// terminal that can replace a line: not with TERM=dumb, nor with NO_COLOR, which asks for plain text.
class StatusLine {
 public:
  StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  StatusLine(StatusLine&&) = delete;
  StatusLine& operator=(StatusLine&&) = delete;
  /// Clears the line, so that later output starts on an empty line.
  ~StatusLine();

  /// Whether there is such a terminal.
  [[nodiscard]] bool terminal() const { return terminal_; }
  /// Whether there is a terminal and the last line has been shown long enough to read.
  [[nodiscard]] bool due() const;
  /// How many characters a line may have without being wrapped.
  [[nodiscard]] static std::size_t room();
  /// Crops the line to room().
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
