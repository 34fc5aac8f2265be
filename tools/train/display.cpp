#include "tools/train/display.h"

#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// An rmse has the units of the targets, so it can have any size.
std::string measure_text(const Score& score, Task task) {
  return task == Task::Classification ? fmt::format("{:.4f}", score.accuracy)
                                      : fmt::format("{:.5g}", score.measure(task));
}

/// In at most ten characters, with the digits of small and large losses.
std::string loss_text(double loss) {
  const bool plain = loss == 0 || (loss >= 1e-3 && loss < 1e4);
  return plain ? fmt::format("{:.5f}", loss) : fmt::format("{:.3e}", loss);
}

/// The parts with two spaces between. Leaves out those that are named first in `spare`, until the line has room.
std::string fitted_line(std::vector<std::string> parts, std::span<const std::size_t> spare, std::size_t room) {
  for (std::size_t left_out = 0;; ++left_out) {
    std::string line;
    for (const std::string& part : parts) {
      if (!part.empty()) line += (line.empty() ? "" : "  ") + part;
    }
    if (line.size() <= room || left_out == spare.size()) return line;
    parts[spare[left_out]].clear();
  }
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
  constexpr std::array<std::size_t, 4> kSpare{4, 3, 2, 1};
  line_.draw(fitted_line(
      {fmt::format("{:>4}/{:<4}", epoch, epochs_), progress_bar(progress.step, progress.steps),
       fmt::format("loss {}", loss_text(progress.score.loss)),
       fmt::format("{} {}", Score::measure_name(task_), measure_text(progress.score, task_)),
       fmt::format("{:.0f} samples/s", samples_per_second), fmt::format("{} left", format_duration(seconds_left))},
      kSpare, StatusLine::room()));
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
