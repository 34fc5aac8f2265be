#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "framework/error.h"
#include "tests/support/run_process.h"
#include "tests/support/train_tool.h"

/// What the tests of tools/reproduce have in common.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The program that the environment variable CURVEGRAPH_REPRODUCE names, with an experiment and options.
inline Command reproduce_command(const std::string& experiment, const Options& options) {
  const char* const program = std::getenv("CURVEGRAPH_REPRODUCE");
  if (program == nullptr) throw Error("CURVEGRAPH_REPRODUCE: not set, expected the path of tools/reproduce");
  Command command{program, experiment};
  for (const auto& [option, value] : options) {
    command.push_back("--" + option);
    command.push_back(value);
  }
  return command;
}

inline ProcessResult run_reproduce(const std::string& experiment, const Options& options) {
  return run_process(reproduce_command(experiment, options));
}

/// A small network on the images that write_image_folder puts into "data", with results in "out".
inline Options reproduce_options(const TempDir& dir) {
  return {{"data", (dir.path() / "data").string()},
          {"layers", "108-8-2"},
          {"epochs", "3"},
          {"threads", "1"},
          {"output", (dir.path() / "out").string()}};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
