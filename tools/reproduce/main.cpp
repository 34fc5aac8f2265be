#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "framework/error.h"
#include "tools/command_line/arguments.h"
#include "tools/reproduce/cost_command.h"
#include "tools/reproduce/experiment.h"
#include "tools/reproduce/hessian_errors_command.h"
#include "tools/reproduce/race/arm_data_command.h"
#include "tools/reproduce/race/race_command.h"
#include "tools/reproduce/report_command.h"
#include "tools/reproduce/training_experiment.h"
#include "tools/reproduce/training_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// What trains nothing for its own sake.
struct Command {
  std::string_view name;
  std::string_view description;
  void (*run)(int argc, const char* const* argv);
};
constexpr std::array kCommands{
    Command{"hessian-errors", "Tables 2 to 5: distances of the curvatures' blocks from the true ones",
            hessian_errors_command},
    Command{"cost", "Table 1: how time and memory grow with the width of layers", cost_command},
    Command{"race", "time to a training loss: the default against tuned SGD, Adam and PyTorch's optimizers",
            race_command},
    Command{"arm-data", "the data of the race's two-link arm as NumPy's files", arm_data_command},
    Command{"report", "the report of one of these, made anew from its folder", report_command},
};

void print_help() {
  fmt::print(
      "reproduce EXPERIMENT --data DIR --output DIR [option ...]\n"
      "\n"
      "Runs an experiment of the paper (Chen, Chou and Chang, EA-CG, AAAI 2019) and puts what comes out beside what "
      "it\n"
      "published. Experiments, and report, each with a --help of its own:\n");
  for (const Experiment& experiment : experiments()) {
    fmt::print("  {:<20}  {}\n", experiment.name, experiment.description);
  }
  for (const auto& [name, description, run] : kCommands) fmt::print("  {:<20}  {}\n", name, description);
}

int reproduce(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--version") {
    print_version();
    return 0;
  }
  if (name == "--help" || name == "-h") {
    print_help();
    return 0;
  }
  if (const Experiment* experiment = find_experiment(name); experiment != nullptr) {
    const auto options = parse_training_options(*experiment, argc - 1, argv + 1);
    if (options) run_training_experiment(*options);
    return 0;
  }
  const auto* const found = std::ranges::find(kCommands, name, &Command::name);
  if (found == kCommands.end()) {
    throw UsageError(fmt::format("found '{}', expected the name of an experiment; --help lists them", name));
  }
  found->run(argc - 1, argv + 1);
  return 0;
}

}  // namespace

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

int main(int argc, char** argv) {
  return curvegraph::run_tool("reproduce", [&] { return curvegraph::reproduce(argc, argv); });
}
