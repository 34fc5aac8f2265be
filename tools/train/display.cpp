#include "tools/train/display.h"

#include <cstdio>
#include <string_view>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

void Display::header() const {
  const std::string_view measure = Score::measure_name(task_);
  fmt::print("{:>9}  {:>10}  {:>8}  {:>10}  {:>8}  {:>9}  {:>9}\n", "epoch", "train loss", measure, "test loss",
             measure, "samples/s", "time left");
  std::fflush(stdout);
}

void Display::step(int epoch, const Progress& progress, double samples_per_second, double seconds_left) {
  if (!line_.due()) return;
  line_.draw(fmt::format("{:>4}/{:<4}  {}  loss {:.4f}  {} {:.4f}  {:.0f} samples/s  {} left", epoch, epochs_,
                         progress_bar(progress.step, progress.steps), progress.score.loss, Score::measure_name(task_),
                         progress.score.measure(task_), samples_per_second, format_duration(seconds_left)));
}

void Display::evaluating(int epoch) { line_.draw(fmt::format("{:>4}/{:<4}  evaluating ...", epoch, epochs_)); }

void Display::row(int epoch, const Score& train, const Score& test, double samples_per_second, double seconds_left) {
  line_.clear();
  fmt::print("{:>9}  {:>10.5f}  {:>8.4f}  {:>10.5f}  {:>8.4f}  {:>9.0f}  {:>9}\n", fmt::format("{}/{}", epoch, epochs_),
             train.loss, train.measure(task_), test.loss, test.measure(task_), samples_per_second,
             format_duration(seconds_left));
  std::fflush(stdout);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
