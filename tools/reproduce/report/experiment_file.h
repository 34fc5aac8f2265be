#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "framework/real.h"
#include "tools/reproduce/report/document.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// experiment.json: what was asked for, and on what machine. Empty or 0 where an experiment has no such thing.
struct ExperimentFile {
  std::string name = {};
  std::string network = {};
  std::string criterion = {};
  bool lossy_jpeg = false;
  int epochs = 0;
  double budget_minutes = 0;
  std::vector<std::string> methods = {};              ///< in the order to show them in
  std::map<std::string, std::vector<int>> runs = {};  ///< seeds by method
  /// All that it says, as names and values to show.
  std::vector<std::pair<std::string, std::string>> entries = {};

  /// Of the network; 0 where it cannot be told.
  [[nodiscard]] int classes() const;
};

/// Of the experiment in this folder. Throws Error with the file's path.
ExperimentFile read_experiment(const std::filesystem::path& folder);

/// What follows captions of figures whose data is not the paper's to the bit; empty where it is.
std::string data_note(bool lossy_jpeg);

/// The last section of each report.
void add_how_it_was_run(Document& document, const ExperimentFile& experiment);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
