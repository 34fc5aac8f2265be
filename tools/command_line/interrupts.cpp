#include "tools/command_line/interrupts.h"

#include <array>
#include <csignal>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t noted_signal = 0;

void note_signal(int number) {
  if (noted_signal != 0) {
    // Delivered once more when this function returns, now with the default action.
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  noted_signal = number;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction present {};
  if (::sigaction(number, nullptr, &present) != 0 || present.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  noted_signal = 0;
  for (const int number : kSignals) handle(number, note_signal);
}

Interrupts::~Interrupts() {
  for (const int number : kSignals) handle(number, SIG_DFL);
}

int Interrupts::signal() { return noted_signal; }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
