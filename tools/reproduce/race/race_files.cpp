#include "tools/reproduce/race/race_files.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "framework/io/atomic_file.h"
#include "tools/reproduce/files.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

json earlier_file(const std::filesystem::path& path) {
  return std::filesystem::exists(path) ? read_json(path, std::identity()) : json::object();
}

/// `list` with the entry in place of one of the same id.
void put(json& list, const json& entry) {
  for (json& each : list) {
    if (each.at("id") == entry.at("id")) {
      each = entry;
      return;
    }
  }
  list.push_back(entry);
}

template <class Value>
void add_new(json& list, const Value& value) {
  if (std::ranges::find(list, json(value)) == list.end()) list.push_back(value);
}

json trial_entry(const RaceTrial& trial) {
  return {{"settings", trial.settings},
          {"seconds_to_target", trial.to_target ? json(*trial.to_target) : json(nullptr)},
          {"train_loss", std::isfinite(trial.loss) ? json(trial.loss) : json(nullptr)},
          {"epochs", trial.record.epochs()},
          {"outcome", to_string(trial.record.outcome)},
          {"message", trial.record.message}};
}

}  // namespace

void write_race_file(const RaceOptions& options, const std::map<std::string, TaskData>& data, const Peers& peers) {
  const std::filesystem::path path = options.output / "race.json";
  json file = earlier_file(path);
  if (options.section == RaceOptions::Section::Race) {
    file.update({{"trials", options.trials}, {"trial_seconds", options.trial_seconds}});
    file["left_out"] = peers.left_out;
    file["peers"] = peers.versions;
  }
  if (options.section != RaceOptions::Section::Ranks) file["limit"] = options.limit;
  json& tasks = file["tasks"];
  json& section = file["sections"][name(options.section)];
  for (const RaceTask* task : options.tasks) {
    put(tasks, {{"id", task->id},
                {"title", task->title},
                {"data", data.at(task->id).description},
                {"options", task->options}});
    add_new(section["tasks"], task->id);
  }
  for (const Entrant& entrant : options.entrants) {
    put(section["entrants"], {{"id", entrant.id}, {"title", entrant.title}, {"options", entrant.options}});
  }
  for (const int seed : options.seeds) add_new(section["seeds"], seed);
  replace_file(path, file.dump(2) + "\n");
}

void write_trials(const std::filesystem::path& path, const std::string& task, const std::string& entrant,
                  const std::vector<RaceTrial>& trials) {
  json file = earlier_file(path);
  json entries = json::array();
  for (const RaceTrial& trial : trials) entries.push_back(trial_entry(trial));
  file[task][entrant] = {{"settings", trials.front().settings}, {"trials", entries}};
  replace_file(path, file.dump(1) + "\n");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
