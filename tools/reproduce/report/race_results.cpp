#include "tools/reproduce/report/race_results.h"

#include <algorithm>
#include <string_view>

#include "tools/reproduce/files.h"

namespace curvegraph::report::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

/// Where the runs of an entrant lie: the default's are those of the race in every section.
std::filesystem::path runs_folder(const std::string& section, const std::string& entrant) {
  return section == "race" || entrant == "default" ? "runs" : section;
}

std::vector<RaceEntrant> read_entrants(const std::filesystem::path& folder, const std::string& task,
                                       const std::string& section, const json& described) {
  std::vector<RaceEntrant> entrants;
  for (const json& each : described.at("entrants")) {
    RaceEntrant& entrant = entrants.emplace_back(RaceEntrant{.id = each.at("id"), .title = each.at("title")});
    for (const json& seed : described.at("seeds")) {
      const std::filesystem::path run =
          folder / runs_folder(section, entrant.id) / task / entrant.id / fmt::format("seed-{}", seed.get<int>());
      entrant.runs.push_back(read_race_result(run, seed.get<int>()));
    }
  }
  return entrants;
}

}  // namespace

RaceResults read_race(const std::filesystem::path& folder) {
  const RaceTargets targets = read_targets(folder / "targets.json");
  return read_json(folder / "race.json", [&](const json& file) {
    RaceResults results{.limit = file.value("limit", 0.0),
                        .trials = file.value("trials", 0),
                        .trial_seconds = file.value("trial_seconds", 0.0),
                        .left_out = file.value("left_out", std::map<std::string, std::string>()),
                        .versions = file.value("peers", std::map<std::string, std::string>())};
    for (const json& each : file.at("tasks")) {
      RaceTaskResults task{
          .id = each.at("id"), .title = each.at("title"), .data = each.at("data"), .options = each.at("options")};
      if (const auto target = targets.find(task.id); target != targets.end()) task.target = target->second;
      for (const auto& [section, described] : file.at("sections").items()) {
        const json& tasks = described.at("tasks");
        if (std::ranges::find(tasks, json(task.id)) == tasks.end()) continue;
        task.sections[section] = read_entrants(folder, task.id, section, described);
      }
      results.tasks.push_back(std::move(task));
    }
    return results;
  });
}

}  // namespace curvegraph::report::inline CURVEGRAPH_PRECISION
