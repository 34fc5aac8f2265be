#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/reproduce/race/race_options.h"
#include "tools/reproduce/race/task_data.h"
#include "tools/reproduce/race/trials.h"

/// What a race's folder says of it as a whole, for the report. Later calls with other tasks, entrants or seeds add to
/// what is there.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of PyTorch's side.
struct Peers {
  nlohmann::json versions = nlohmann::json::object();
  std::map<std::string, std::string> left_out = {};  ///< why, by entrant
};

/// race.json: budgets, tasks, entrants and seeds by section, and who is left out. `data` by task.
void write_race_file(const RaceOptions& options, const std::map<std::string, TaskData>& data, const Peers& peers);

/// search.json, by task and entrant: "trials" with the chosen one first, and the "settings" that were chosen.
void write_trials(const std::filesystem::path& path, const std::string& task, const std::string& entrant,
                  const std::vector<RaceTrial>& trials);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
