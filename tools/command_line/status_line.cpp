#include "tools/command_line/status_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Whether a variable of the environment is set and not empty.
bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool replaces_lines() {
  if (isatty(STDOUT_FILENO) != 1 || is_set("NO_COLOR")) return false;
  const char* const terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

}  // namespace

StatusLine::StatusLine() : terminal_(replaces_lines()) {}

StatusLine::~StatusLine() { clear(); }

bool StatusLine::due() const {
  return terminal_ && std::chrono::steady_clock::now() - when_ >= std::chrono::milliseconds(100);
}

std::size_t StatusLine::room() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return (known ? size.ws_col : std::size_t{80}) - 1;
}

void StatusLine::draw(const std::string& line) {
  if (!terminal_) return;
  fmt::print("\r\033[K{}", line.substr(0, room()));
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
