#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A program and its arguments.
using Command = std::vector<std::string>;

/// How a program ended, and all it printed.
struct ProcessResult {
  int status = 0;  ///< the exit status; 127, with the reason in `err`, when the program could not be started
  int signal = 0;  ///< that ended it, 0 for none
  std::string out;
  std::string err;
  /// Bytes of memory at its peak, or at that of this process before it was started, where that was higher.
  std::size_t peak_memory = 0;
};

/// A program that runs beside the test, with nothing to read and its output in files. It outlives neither this object
/// nor the test's process.
class Process {
 public:
  explicit Process(const Command& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  bool running();
  /// If it still runs.
  void send(int signal);
  /// SIGKILL, if it still runs.
  void kill();
  /// Waits for the end.
  ProcessResult wait();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  void reap(int options);

  File out_;
  File err_;
  pid_t pid_ = -1;
  std::optional<int> ended_;  // as waitpid reports it
  std::size_t peak_memory_ = 0;
};

/// Runs a program to its end.
ProcessResult run_process(const Command& command);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
