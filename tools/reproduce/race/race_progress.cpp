#include "tools/reproduce/race/race_progress.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

RaceTable::RaceTable(std::string what, int runs, double seconds)
    : what_(std::move(what)), runs_(runs), seconds_(seconds) {
  fmt::print("{:>9}  {:>6}  {:>12}  {:>9}  {:>8}  {:>12}  {}\n", what_, "epochs", "train loss", "seconds", "time",
             "at most left", "who");
  std::fflush(stdout);
}

RaceRecord RaceTable::show(const RaceRun& run) {
  ++run_;
  const bool limited = run.seconds < kNoSecondsLimit;
  if (limited) seconds_ -= run.seconds;
  const RaceRecord before = read_race_record(run);
  line_.draw(fmt::format("{} {} of {}  {}  starting ...", what_, run_, runs_, run.name));
  RaceRecord record = continue_race_run(run, [&](const RaceRecord& at) {
    const int done = limited ? static_cast<int>(std::min(at.seconds(), run.seconds)) : at.epochs();
    const int all = limited ? static_cast<int>(run.seconds) + 1 : run.epochs;
    line_.draw(fmt::format("{} {} of {}  {}  {}  epoch {}  {:.1f} s  loss {:.4f}  at most {} left", what_, run_, runs_,
                           run.name, progress_bar(done, all), at.epochs(), at.seconds(),
                           at.metrics.epochs.back().train_loss, time_left(run.seconds - at.seconds())));
  });
  trained_ += std::max(record.seconds() - before.seconds(), 0.0);
  passed_ += std::max(record.wall_seconds - before.wall_seconds, 0.0);
  line_.clear();
  const bool trained = record.epochs() > 0;
  fmt::print("{:>9}  {:>6}  {:>12}  {:>9.2f}  {:>8}  {:>12}  {}{}\n", fmt::format("{}/{}", run_, runs_),
             record.epochs(), trained ? fmt::format("{:.6g}", record.metrics.epochs.back().train_loss) : "-",
             record.seconds(), format_duration(record.wall_seconds), time_left(0), run.name,
             record.outcome == RunRecord::Outcome::Finished ? "" : fmt::format(": {}", to_string(record.outcome)));
  if (!record.message.empty()) fmt::print("{:>9}  {}\n", "", record.message);
  std::fflush(stdout);
  return record;
}

std::string RaceTable::time_left(double of_this_run) const {
  if (seconds_ >= kNoSecondsLimit) return "-";
  const double factor = trained_ > 0 ? std::max(passed_ / trained_, 1.0) : 1;
  return format_duration(factor * (seconds_ + std::max(of_this_run, 0.0)));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
