#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/reproduce/experiment.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of an experiment that trains.
struct TrainingOptions {
  const Experiment* experiment = nullptr;
  std::string command;  ///< as given
  std::filesystem::path data;
  std::filesystem::path output;  ///< the experiment's own folder
  std::vector<int> layers;
  std::vector<Method> methods;
  std::vector<int> seeds;
  int epochs = 0;
  std::optional<double> budget_minutes;
  bool search = false;
  std::optional<int> trials;                      ///< of a search, by method; none: the whole grid
  std::optional<std::filesystem::path> settings;  ///< the file to take settings from
  int threads = 0;
};

/// Nothing when --help was asked for and printed. Throws UsageError naming the option, what was found and what was
/// expected.
std::optional<TrainingOptions> parse_training_options(const Experiment& experiment, int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
