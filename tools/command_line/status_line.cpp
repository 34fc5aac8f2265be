#include "tools/command_line/status_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

StatusLine::StatusLine() : terminal_(isatty(STDOUT_FILENO) == 1) {}

StatusLine::~StatusLine() { clear(); }

bool StatusLine::due() const {
  return terminal_ && std::chrono::steady_clock::now() - when_ >= std::chrono::milliseconds(100);
}

void StatusLine::draw(const std::string& line) {
  if (!terminal_) return;
  fmt::print("\r\033[K{}", line.substr(0, terminal_width() - 1));
  std::fflush(stdout);
  drawn_ = true;
  when_ = std::chrono::steady_clock::now();
}

void StatusLine::clear() {
  if (!drawn_) return;
  fmt::print("\r\033[K");
  std::fflush(stdout);
  drawn_ = false;
}

std::string progress_bar(int done, int all) {
  constexpr int width = 24;
  const int filled = width * done / all;
  return fmt::format("[{:#>{}}{:.>{}}]", "", filled, "", width - filled);
}

std::string format_duration(double seconds) {
  const auto total = std::llround(std::max(seconds, 0.0));
  const auto hours = total / 3600;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, total / 60 % 60, total % 60);
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
