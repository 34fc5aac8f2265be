#include "tools/reproduce/experiment_files.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/reproduce/files.h"
#include "tools/reproduce/machine_description.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

/// Seeds by method.
using Runs = std::map<std::string, std::set<int>>;

const char* outcome_of(const Trial& trial, std::size_t place) {
  if (trial.record.outcome == RunRecord::Outcome::Failed) return "failed";
  return place == 0 ? "chosen" : "dropped";
}

json trial_entry(const std::string& method, const SearchPlan& plan, const Trial& trial, std::size_t place) {
  json rungs = json::array();
  for (std::size_t rung = 0; rung < trial.losses.size(); ++rung) {
    const double loss = trial.losses[rung];
    rungs.push_back(
        {{"epochs", plan.rungs[rung].epochs}, {"train_loss", std::isfinite(loss) ? json(loss) : json(nullptr)}});
  }
  return {{"method", method},          {"trial", settings_name(trial.settings)}, {"settings", trial.settings},
          {"rungs", std::move(rungs)}, {"outcome", outcome_of(trial, place)},    {"message", trial.record.message}};
}

}  // namespace

json describe_experiment(const std::filesystem::path& path, std::string_view name, const std::string& command) {
  std::vector<std::string> commands;
  if (std::filesystem::exists(path)) {
    commands = read_json(path, [](const json& file) { return file.at("commands").get<std::vector<std::string>>(); });
  }
  if (std::ranges::find(commands, command) == commands.end()) commands.push_back(command);
  return {{"experiment", name},
          {"commands", commands},
          {"date", fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)))},
          {"machine", machine_description()}};
}

void write_experiment_file(const std::filesystem::path& path, json description, std::span<const std::string> methods,
                           std::span<const int> seeds, std::span<const std::string> all_methods) {
  Runs runs;
  for (const std::string& method : methods) runs[method].insert(seeds.begin(), seeds.end());
  if (std::filesystem::exists(path)) {
    const json earlier = read_json(path, std::identity());
    for (const char* key : {"network", "criterion", "data"}) {
      const json was = earlier.value(key, json());
      if (was != description.at(key)) {
        throw UsageError(
            fmt::format("{}: that experiment has the {} {}, found {} now; expected the same, or another "
                        "--output",
                        path.string(), key, was.dump(), description.at(key).dump()));
      }
    }
    for (auto& [method, earlier_seeds] :
         read_json(path, [](const json& file) { return file.at("runs").get<Runs>(); })) {
      runs[method].merge(earlier_seeds);
    }
  }
  std::vector<std::string> order;
  for (const std::string& method : all_methods) {
    if (runs.contains(method)) order.push_back(method);
  }
  description["methods"] = order;
  description["runs"] = runs;
  replace_file(path, description.dump(2) + "\n");
}

void write_search_file(const std::filesystem::path& path, const std::string& method, const SearchPlan& plan,
                       const std::vector<Trial>& trials) {
  json all = json::array();
  if (std::filesystem::exists(path)) {
    for (json& entry : read_json(path, std::identity())) {
      if (entry.value("method", "") != method) all.push_back(std::move(entry));
    }
  }
  for (std::size_t place = 0; place < trials.size(); ++place) {
    all.push_back(trial_entry(method, plan, trials[place], place));
  }
  replace_file(path, all.dump(1) + "\n");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
