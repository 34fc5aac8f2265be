#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/reproduce/race/task_data.h"
#include "tools/reproduce/race/tasks.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct RaceOptions {
  enum class Section { Race, LeaveOneOut, Ranks };

  std::string command;  ///< as given
  Section section = Section::Race;
  std::vector<const RaceTask*> tasks;
  std::vector<Entrant> entrants;
  std::vector<int> seeds;
  int trials = 0;
  double trial_seconds = 0;
  double limit = 0;  ///< seconds of training of a run
  int epochs = 0;    ///< at most, of a run; of one of Section::Ranks: just as many
  int target_epochs = 0;
  int threads = 0;
  RaceDataFolders data;
  std::filesystem::path train;
  std::string python;
  bool python_given = false;
  std::filesystem::path peers;
  std::filesystem::path output;  ///< the race's own folder
};

/// "race", "leave-one-out" or "ranks".
std::string name(RaceOptions::Section section);

/// Nothing when --help was asked for and printed. Throws UsageError naming the option, what was found and what was
/// expected.
std::optional<RaceOptions> parse_race_options(int argc, const char* const* argv);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
