#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// How a program ended.
struct ChildResult {
  int status = 0;
  bool stopped = false;  ///< because on_line said so
  std::string message;   ///< the last line it wrote to standard error
};

/// Runs a program to its end; its standard output goes to `on_line`, line by line, which stops the program (SIGTERM)
/// by returning false. The program does not outlive this one. Throws Error when it cannot be started, or is ended by a
/// signal from elsewhere.
ChildResult run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                      const std::function<bool(const std::string& line)>& on_line);

/// A program of this project, beside the one that runs. Throws Error naming it where it is not there.
std::filesystem::path sibling_program(const std::string& name);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
