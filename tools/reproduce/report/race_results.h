#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/reproduce/report/race_runs.h"
#include "tools/reproduce/report/race_targets.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

/// Of one entrant on one task, all seeds.
struct RaceEntrant {
  std::string id = {};
  std::string title = {};
  std::vector<RaceResult> runs = {};
};

struct RaceTaskResults {
  std::string id = {};
  std::string title = {};
  std::string data = {};
  std::map<std::string, std::string> options = {};
  std::optional<RaceTarget> target = {};
  /// Of the sections "race", "leave-one-out" and "ranks", in the order of the tables.
  std::map<std::string, std::vector<RaceEntrant>> sections = {};
};

/// A race's folder.
struct RaceResults {
  double limit = 0;  ///< seconds of training of a run
  int trials = 0;
  double trial_seconds = 0;
  std::map<std::string, std::string> left_out = {};  ///< why, by entrant
  std::map<std::string, std::string> versions = {};  ///< of PyTorch's side
  std::vector<RaceTaskResults> tasks = {};
};

/// Throws Error with the path of a file that is missing or cannot be read. Runs may be missing.
RaceResults read_race(const std::filesystem::path& folder);

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
