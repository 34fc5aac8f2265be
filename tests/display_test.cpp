#include "tools/train/display.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(FormatDuration, RoundsToSeconds) {
  struct Case {
    double seconds;
    const char* text;
  };
  for (const auto& [seconds, text] : {Case{0, "0:00"},
                                      {0.4, "0:00"},
                                      {59.4, "0:59"},
                                      {59.6, "1:00"},
                                      {61, "1:01"},
                                      {3599.4, "59:59"},
                                      {3599.6, "1:00:00"},
                                      {4000, "1:06:40"},
                                      {360000, "100:00:00"},
                                      {-3, "0:00"}}) {
    EXPECT_EQ(format_duration(seconds), text) << seconds;
  }
}

const Progress half{.step = 5, .steps = 10, .score = {.loss = 1.25, .accuracy = 0.5, .samples = 50}};

/// Standard output is a terminal of that width as long as this lives.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    const winsize size{.ws_row = 25, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    int terminal = -1;
    if (::openpty(&screen_, &terminal, nullptr, nullptr, &size) != 0) throw Error("cannot open a terminal");
    ::fcntl(screen_, F_SETFL, O_NONBLOCK);
    std::fflush(stdout);
    before_ = ::dup(STDOUT_FILENO);
    ::dup2(terminal, STDOUT_FILENO);
    ::close(terminal);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::dup2(before_, STDOUT_FILENO);
    ::close(before_);
    ::close(screen_);
  }

  /// All that has been printed; the terminal ends lines with "\r\n".
  /// All that has been printed. What arrives in pieces comes within the wait.
  [[nodiscard]] std::string text() const {
    std::string text;
    pollfd waiting{.fd = screen_, .events = POLLIN, .revents = 0};
    while (::poll(&waiting, 1, /*milliseconds=*/200) == 1) {
      std::array<char, 4096> bytes{};
      const ssize_t got = ::read(screen_, bytes.data(), bytes.size());
      if (got <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int screen_ = -1;
  int before_ = -1;
};

/// What `show` has a display of three epochs print on a terminal.
template <class Show>
std::string shown(unsigned short columns, Show show) {
  const Terminal terminal(columns);
  Display display(3);
  show(display);
  return terminal.text();
}

TEST(Display, DrawsABarOnATerminal) {
  EXPECT_EQ(shown(200, [](Display& display) { display.step(2, half, 1234, 75); }),
            "\r\033[K   2/3     [############............]  loss 1.25000  accuracy 0.5000  1234 samples/s  1:15 left");
  EXPECT_EQ(shown(200, [](Display& display) { display.evaluating(2); }), "\r\033[K   2/3     evaluating ...");
}

TEST(Display, ShowsWhatTheTaskMeasures) {
  testing::internal::CaptureStdout();
  Display display(3, Task::Regression);
  display.header();
  display.row(2,
              {.train = {.loss = 1.25, .squared_error = 0.25, .samples = 50},
               .test = {.loss = 2, .squared_error = 4, .samples = 10}},
              1234, 75);
  display.row(3,
              {.train = {.loss = 1, .squared_error = 1.5e-24, .samples = 50},
               .test = {.loss = 2, .squared_error = 2e9, .samples = 10}},
              1234, 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "    epoch  train loss        rmse   test loss        rmse  samples/s  time left\n"
            "      2/3     1.25000         0.5     2.00000           2       1234       1:15\n"
            "      3/3     1.00000  1.2247e-12     2.00000       44721       1234       0:00\n");
}

TEST(Display, HasColumnsOfAValidationSet) {
  testing::internal::CaptureStdout();
  Display display(3, Task::Classification, /*validated=*/true);
  display.header();
  display.row(2,
              {.train = half.score, .test = half.score, .validation = Score{.loss = 2, .accuracy = 0.25, .samples = 8}},
              1234, 75);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "    epoch  train loss  accuracy  valid loss  accuracy   test loss  accuracy  samples/s  time left\n"
            "      2/3     1.25000    0.5000     2.00000    0.2500     1.25000    0.5000       1234       1:15\n");
}

TEST(Display, IsMadeForTheWidthOfTheTerminal) {
  const auto line = [](unsigned short columns) {
    return shown(columns, [](Display& display) { display.step(2, half, 1234, 75); });
  };
  EXPECT_EQ(line(80), "\r\033[K   2/3     [############............]  loss 1.25000  accuracy 0.5000  1:15 left");
  EXPECT_EQ(line(70), "\r\033[K   2/3     [############............]  loss 1.25000  1:15 left");
  EXPECT_EQ(line(50), "\r\033[K   2/3     [############............]  1:15 left");
  EXPECT_EQ(line(30), "\r\033[K   2/3     1:15 left");
  EXPECT_EQ(line(15), "\r\033[K   2/3     1:1");
}

TEST(Display, PrintsPlainLinesWhereATerminalCannotReplaceThem) {
  for (const auto& [name, value] : {std::pair{"TERM", "dumb"}, {"NO_COLOR", "1"}}) {
    const char* const before = std::getenv(name);
    const std::string kept = before == nullptr ? "" : before;
    ::setenv(name, value, 1);
    EXPECT_EQ(shown(80, [](Display& display) { display.step(2, half, 1234, 75); }), "") << name;
    before == nullptr ? ::unsetenv(name) : ::setenv(name, kept.c_str(), 1);
  }
}

TEST(Display, KeepsTheDigitsOfAnyLoss) {
  testing::internal::CaptureStdout();
  Display display(3);
  for (const double loss : {1.5e-9, 9999.5, 123456.0, 3e38}) {
    display.row(1,
                {.train = {.loss = loss, .accuracy = 0.5, .samples = 50},
                 .test = {.loss = loss, .accuracy = 0.5, .samples = 50}},
                1234, 75);
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "      1/3   1.500e-09    0.5000   1.500e-09    0.5000       1234       1:15\n"
            "      1/3  9999.50000    0.5000  9999.50000    0.5000       1234       1:15\n"
            "      1/3   1.235e+05    0.5000   1.235e+05    0.5000       1234       1:15\n"
            "      1/3   3.000e+38    0.5000   3.000e+38    0.5000       1234       1:15\n");
}

TEST(Display, PutsTheRowInPlaceOfTheBar) {
  EXPECT_EQ(shown(200,
                  [](Display& display) {
                    display.evaluating(2);
                    display.row(2, {.train = half.score, .test = half.score}, 1234, 75);
                  }),
            "\r\033[K   2/3     evaluating ...\r\033[K"
            "      2/3     1.25000    0.5000     1.25000    0.5000       1234       1:15\r\n");
}

TEST(Display, LeavesNoBarBehindWhenARunEndsEarly) {
  const Terminal terminal(200);
  {
    Display display(3);
    display.evaluating(2);
  }
  EXPECT_EQ(terminal.text(), "\r\033[K   2/3     evaluating ...\r\033[K");
}

TEST(Display, PrintsOnlyTheTableElsewhere) {
  testing::internal::CaptureStdout();
  Display display(3);
  display.header();
  display.step(2, half, 1234, 75);
  display.evaluating(2);
  display.row(2, {.train = half.score, .test = {.loss = 2, .accuracy = 0.25, .samples = 10}}, 1234, 75);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "    epoch  train loss  accuracy   test loss  accuracy  samples/s  time left\n"
            "      2/3     1.25000    0.5000     2.00000    0.2500       1234       1:15\n");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
