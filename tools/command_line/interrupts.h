#pragma once

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// While this object exists, the first SIGINT (Ctrl-C), SIGTERM or SIGHUP is only noted, so that the program can finish
/// its step and save its work. A second one ends the program at once. Signals that were ignored before stay ignored.
class Interrupts {
 public:
  Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  Interrupts(Interrupts&&) = delete;
  Interrupts& operator=(Interrupts&&) = delete;
  ~Interrupts();

  /// The number of the signal that has come; 0 if none has.
  [[nodiscard]] static int signal();
  /// The exit status that shells expect of a program that a signal has ended, such as 130 for SIGINT.
  [[nodiscard]] static int exit_status() { return 128 + signal(); }
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
