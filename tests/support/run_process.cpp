#include "tests/support/run_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

[[noreturn]] void fail(const std::string& action) {
  throw Error("cannot " + action + ": " + std::generic_category().message(errno));
}

std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  return text;
}

/// Between fork and exec: system calls only.
[[noreturn]] void become(char* const* argv, int in, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execv(argv[0], argv);
  const char* const reason = ::strerrordesc_np(errno);
  for (const char* part : {"cannot run ", static_cast<const char*>(argv[0]), ": ", reason, "\n"}) {
    if (::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  }
  ::_exit(127);
}

}  // namespace

Process::Process(const Command& command) : out_(std::tmpfile()), err_(std::tmpfile()) {
  const File in(std::fopen("/dev/null", "r"));
  if (!in || !out_ || !err_) fail("open the files of a process");
  Command arguments = command;
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(argv.data(), ::fileno(in.get()), ::fileno(out_.get()), ::fileno(err_.get()));
}

Process::~Process() {
  kill();
  reap(0);
}

void Process::reap(int options) {
  if (ended_) return;
  int status = 0;
  pid_t found = -1;
  rusage usage{};
  do {
    found = ::wait4(pid_, &status, options, &usage);
  } while (found < 0 && errno == EINTR);
  if (found != pid_) return;
  ended_ = status;
  peak_memory_ = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

bool Process::running() {
  reap(WNOHANG);
  return !ended_;
}

void Process::send(int signal) {
  if (running()) ::kill(pid_, signal);
}

void Process::kill() { send(SIGKILL); }

ProcessResult Process::wait() {
  reap(0);
  if (!ended_) fail("wait for a process");
  return {.status = WIFEXITED(*ended_) ? WEXITSTATUS(*ended_) : -1,
          .signal = WIFSIGNALED(*ended_) ? WTERMSIG(*ended_) : 0,
          .out = contents(out_.get()),
          .err = contents(err_.get()),
          .peak_memory = peak_memory_};
}

ProcessResult run_process(const Command& command) { return Process(command).wait(); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
