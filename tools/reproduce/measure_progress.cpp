#include "tools/reproduce/measure_progress.h"

#include <cstdio>
#include <utility>

#include <fmt/core.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kWhole = 1000;

int tenth_of(double share) { return static_cast<int>(10 * share); }

}  // namespace

MeasureProgress::MeasureProgress(std::string what, double done) : what_(std::move(what)), tenth_(tenth_of(done)) {}

void MeasureProgress::show(double done, double seconds_left, const std::string& detail) {
  if (line_.terminal()) {
    if (!line_.due()) return;
    line_.draw(fmt::format("{}  {}  {}  {} left", what_, progress_bar(static_cast<int>(kWhole * done), kWhole), detail,
                           format_duration(seconds_left)));
    return;
  }
  if (tenth_of(done) <= tenth_) return;
  tenth_ = tenth_of(done);
  fmt::print("{}: {} %, {}, {} left\n", what_, 10 * tenth_, detail, format_duration(seconds_left));
  std::fflush(stdout);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
