#include "tools/train/display.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kBarWidth = 24;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto total = std::llround(std::max(seconds, 0.0));
  const auto hours = total / 3600;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, total / 60 % 60, total % 60);
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

Display::Display(int epochs) : epochs_(epochs), terminal_(isatty(STDOUT_FILENO) == 1) {}

Display::~Display() { clear(); }

void Display::header() const {
  fmt::print("{:>9}  {:>10}  {:>8}  {:>10}  {:>8}  {:>9}  {:>9}\n", "epoch", "train loss", "accuracy", "test loss",
             "accuracy", "samples/s", "time left");
  std::fflush(stdout);
}

void Display::step(int epoch, const Progress& progress, double samples_per_second, double seconds_left) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  const int filled = kBarWidth * progress.step / progress.steps;
  draw(fmt::format("{:>4}/{:<4}  [{}{}]  loss {:.4f}  accuracy {:.4f}  {:.0f} samples/s  {} left", epoch, epochs_,
                   std::string(static_cast<std::size_t>(filled), '#'),
                   std::string(static_cast<std::size_t>(kBarWidth - filled), '.'), progress.score.loss,
                   progress.score.accuracy, samples_per_second, format_duration(seconds_left)));
}

void Display::evaluating(int epoch) {
  if (terminal_) draw(fmt::format("{:>4}/{:<4}  evaluating ...", epoch, epochs_));
}

void Display::row(int epoch, const Score& train, const Score& test, double samples_per_second, double seconds_left) {
  clear();
  fmt::print("{:>9}  {:>10.5f}  {:>8.4f}  {:>10.5f}  {:>8.4f}  {:>9.0f}  {:>9}\n", fmt::format("{}/{}", epoch, epochs_),
             train.loss, train.accuracy, test.loss, test.accuracy, samples_per_second, format_duration(seconds_left));
  std::fflush(stdout);
}

// Over the line that stands there, cropped so that the terminal does not wrap it.
void Display::draw(const std::string& line) {
  fmt::print("\r\033[K{}", line.substr(0, terminal_width() - 1));
  std::fflush(stdout);
  bar_ = true;
}

void Display::clear() {
  if (!bar_) return;
  fmt::print("\r\033[K");
  std::fflush(stdout);
  bar_ = false;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
