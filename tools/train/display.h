#pragma once

#include <chrono>
#include <string>

#include "models/trainer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Shows a run on standard output: a table with a line an epoch, and on a terminal a progress bar below it.
class Display {
 public:
  explicit Display(int epochs);
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  Display(Display&&) = delete;
  Display& operator=(Display&&) = delete;
  /// Takes the progress bar away, so that what is printed next stands on a line of its own.
  ~Display();

  void header() const;
  /// After every step; draws on a terminal only, and not more often than the eye can follow.
  void step(int epoch, const Progress& progress, double samples_per_second, double seconds_left);
  /// While losses over the whole sets are computed.
  void evaluating(int epoch);
  void row(int epoch, const Score& train, const Score& test, double samples_per_second, double seconds_left);

 private:
  void draw(const std::string& line);
  void clear();

  int epochs_;
  bool terminal_;
  bool bar_ = false;  // stands on the last line
  std::chrono::steady_clock::time_point drawn_;
};

/// 4000 s as "1:06:40".
std::string format_duration(double seconds);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
