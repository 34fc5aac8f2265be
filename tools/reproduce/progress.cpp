#include "tools/reproduce/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

RunTable::RunTable(std::string_view what, int runs, int epochs, double seconds)
    : what_(what), runs_(runs), epochs_left_(epochs), seconds_(seconds) {
  fmt::print("{:>9}  {:>9}  {:>10}  {:>8}  {:>8}  {:>9}  {}\n", what, "epochs", "train loss", "accuracy", "time",
             "time left", "method");
  std::fflush(stdout);
}

void RunTable::begin(const std::string& name, const RunRecord& record, int epochs) {
  ++run_;
  name_ = name;
  wanted_ = epochs;
  at_ = record.epochs();
  line_.draw(fmt::format("{} {} of {}  {}  starting ...", what_, run_, runs_, name_));
}

void RunTable::epoch(const RunRecord& record) {
  epochs_done_ += record.epochs() - at_;
  epochs_left_ -= record.epochs() - at_;
  at_ = record.epochs();
  line_.draw(fmt::format("{} {} of {}  {}  {}  epoch {} of {}  loss {:.4f}  {} left", what_, run_, runs_, name_,
                         progress_bar(at_, wanted_), at_, wanted_, record.train_losses.back(),
                         format_duration(seconds_left())));
}

void RunTable::end(const RunRecord& record) {
  epochs_left_ -= wanted_ - at_;  // those that a run without time or numbers leaves out
  line_.clear();
  const bool trained = record.epochs() > 0;
  fmt::print("{:>9}  {:>9}  {:>10}  {:>8}  {:>8}  {:>9}  {}{}\n", fmt::format("{}/{}", run_, runs_),
             fmt::format("{}/{}", record.epochs(), wanted_),
             trained ? fmt::format("{:.5f}", record.train_losses.back()) : "-",
             trained ? fmt::format("{:.4f}", record.test_accuracy) : "-", format_duration(record.wall_seconds),
             epochs_done_ > 0 ? format_duration(seconds_left()) : "-", name_,
             record.outcome == RunRecord::Outcome::Finished ? "" : fmt::format(": {}", to_string(record.outcome)));
  if (!record.message.empty()) fmt::print("{:>9}  {}\n", "", record.message);
  std::fflush(stdout);
}

double RunTable::seconds_left() const {
  const double passed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double expected = epochs_left_ * passed / std::max(epochs_done_, 1);
  return std::min(expected, std::max(seconds_ - passed, 0.0));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
