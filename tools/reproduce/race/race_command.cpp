#include "tools/reproduce/race/race_command.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "framework/error.h"
#include "tools/reproduce/race/race.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// They make OpenBLAS run the kernels of another processor.
constexpr std::array kSlowing{"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"};

/// Begins this program anew without them: the race then runs, and says that it runs, what a plain environment runs.
void leave_out_slowing_variables(int argc, const char* const* argv) {
  std::string left_out;
  for (const char* variable : kSlowing) {
    if (std::getenv(variable) == nullptr) continue;
    left_out += (left_out.empty() ? "" : " and ") + std::string(variable);
    unsetenv(variable);
  }
  if (left_out.empty()) return;
  fmt::print("{} left out of the environment\n", left_out);
  std::fflush(stdout);
  std::string program("reproduce");
  std::vector<std::string> words(argv, argv + argc);
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
  throw Error("cannot begin anew: " + std::generic_category().message(errno));
}

}  // namespace

void race_command(int argc, const char* const* argv) {
  const auto options = parse_race_options(argc, argv);
  if (!options) return;
  leave_out_slowing_variables(argc, argv);
  run_race(*options);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
