#include "tools/train/display.h"

#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// An rmse has the units of the targets, so it can have any size.
std::string measure_text(const Score& score, Task task) {
  return task == Task::Classification ? fmt::format("{:.4f}", score.accuracy)
                                      : fmt::format("{:.5g}", score.measure(task));
}

/// Shows the digits of small losses too.
std::string loss_text(double loss) {
  return loss == 0 || loss >= 1e-3 ? fmt::format("{:.5f}", loss) : fmt::format("{:.3e}", loss);
}

int measure_width(Task task) { return task == Task::Classification ? 8 : 10; }

}  // namespace

void Display::header() const {
  const int width = measure_width(task_);
  const std::string_view measure = Score::measure_name(task_);
  const auto pair = [&](const char* loss) { return fmt::format("  {:>10}  {:>{}}", loss, measure, width); };
  fmt::print("{:>9}{}{}{}  {:>9}  {:>9}\n", "epoch", pair("train loss"), validated_ ? pair("valid loss") : "",
             pair("test loss"), "samples/s", "time left");
  std::fflush(stdout);
}

void Display::step(int epoch, const Progress& progress, double samples_per_second, double seconds_left) {
  if (!line_.due()) return;
  line_.draw(fmt::format("{:>4}/{:<4}  {}  loss {:.4f}  {} {}  {:.0f} samples/s  {} left", epoch, epochs_,
                         progress_bar(progress.step, progress.steps), progress.score.loss, Score::measure_name(task_),
                         measure_text(progress.score, task_), samples_per_second, format_duration(seconds_left)));
}

void Display::evaluating(int epoch) { line_.draw(fmt::format("{:>4}/{:<4}  evaluating ...", epoch, epochs_)); }

void Display::row(int epoch, const EpochScores& scores, double samples_per_second, double seconds_left) {
  line_.clear();
  const int width = measure_width(task_);
  const auto pair = [&](const Score& score) {
    return fmt::format("  {:>10}  {:>{}}", loss_text(score.loss), measure_text(score, task_), width);
  };
  fmt::print("{:>9}{}{}{}  {:>9.0f}  {:>9}\n", fmt::format("{}/{}", epoch, epochs_), pair(scores.train),
             scores.validation ? pair(*scores.validation) : "", pair(scores.test), samples_per_second,
             format_duration(seconds_left));
  std::fflush(stdout);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
