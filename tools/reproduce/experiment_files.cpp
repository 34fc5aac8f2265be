#include "tools/reproduce/experiment_files.h"

#include <cmath>
#include <cstddef>
#include <ctime>
#include <fstream>
#include <set>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/reproduce/machine_description.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using nlohmann::json;

json read_json(const std::filesystem::path& path) {
  try {
    std::ifstream file(path);
    return json::parse(file);
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: not a file of this program: {}", path.string(), error.what()));
  }
}

/// The elements of both arrays under `key`.
template <class T>
std::set<T> united(const std::filesystem::path& path, const json& earlier, const json& now, const char* key) {
  std::set<T> all;
  try {
    for (const json& part : {earlier, now}) all.merge(part.at(key).get<std::set<T>>());
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: not a description of an experiment: {}", path.string(), error.what()));
  }
  return all;
}

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

json describe_experiment(std::string_view name, std::string_view command) {
  return {{"experiment", name},
          {"command", command},
          {"started", fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)))},
          {"machine", machine_description()}};
}

void write_experiment_file(const std::filesystem::path& path, json description,
                           std::span<const std::string> all_methods) {
  if (std::filesystem::exists(path)) {
    const json earlier = read_json(path);
    for (const char* key : {"network", "criterion", "data"}) {
      const json was = earlier.value(key, json());
      if (was != description.at(key)) {
        throw UsageError(
            fmt::format("{}: that experiment has the {} {}, found {} now; expected the same, or another "
                        "--output",
                        path.string(), key, was.dump(), description.at(key).dump()));
      }
    }
    description["seeds"] = united<int>(path, earlier, description, "seeds");
    description["methods"] = united<std::string>(path, earlier, description, "methods");
  }
  const auto wanted = description.at("methods").get<std::set<std::string>>();
  json methods = json::array();
  for (const std::string& method : all_methods) {
    if (wanted.contains(method)) methods.push_back(method);
  }
  description["methods"] = std::move(methods);
  replace_file(path, description.dump(2) + "\n");
}

void write_search_file(const std::filesystem::path& path, const std::string& method, const SearchPlan& plan,
                       const std::vector<Trial>& trials) {
  json all = json::array();
  if (std::filesystem::exists(path)) {
    for (json& entry : read_json(path)) {
      if (entry.value("method", "") != method) all.push_back(std::move(entry));
    }
  }
  for (std::size_t place = 0; place < trials.size(); ++place) {
    all.push_back(trial_entry(method, plan, trials[place], place));
  }
  replace_file(path, all.dump(1) + "\n");
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
