#include "tools/reproduce/child_process.h"

#include <csignal>
#include <future>
#include <system_error>
#include <utility>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

namespace bp = boost::process;

std::string last_line(bp::ipstream& stream) {
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = std::move(line);
  }
  return last;
}

}  // namespace

ChildResult run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                      const std::function<bool(const std::string& line)>& on_line) {
  bp::ipstream out;
  bp::ipstream err;
  std::error_code error;
  bp::child child(
      program.string(), bp::args(arguments), bp::std_in<bp::null, bp::std_out> out, bp::std_err > err, error,
      bp::extend::on_exec_setup = [](auto&) { prctl(PR_SET_PDEATHSIG, SIGTERM); });
  if (error) throw Error(fmt::format("{}: cannot be started: {}", program.string(), error.message()));
  // Both streams at once: a program that fills the one that nobody reads waits for ever.
  std::future<std::string> message = std::async(std::launch::async, last_line, std::ref(err));
  ChildResult result;
  for (std::string line; std::getline(out, line);) {
    if (result.stopped || on_line(line)) continue;
    result.stopped = true;
    kill(child.id(), SIGTERM);
  }
  child.wait(error);
  result.message = message.get();
  const int status = child.native_exit_code();
  if (WIFSIGNALED(status) && !result.stopped) {
    throw Error(fmt::format("{}: ended by signal {}", program.string(), WTERMSIG(status)));
  }
  result.status = child.exit_code();
  return result;
}

std::filesystem::path sibling_program(const std::string& name) {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  if (!std::filesystem::exists(program)) {
    throw Error(fmt::format("{}: missing, expected beside this program, where the build puts it", program.string()));
  }
  return program;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
