#include "tools/reproduce/race/race_run.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/command_line/arguments.h"
#include "tools/reproduce/child_process.h"
#include "tools/reproduce/files.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Clock = std::chrono::steady_clock;
using Outcome = RunRecord::Outcome;

/// Times the seconds of a run, after which another's program stops within an epoch that would not count anyway.
constexpr double kPatience = 2;
constexpr std::array<const char*, 2> kParameterFiles{"checkpoint.safetensors", "model.safetensors"};

std::vector<std::string> arguments_of(const RaceRun& run, int epochs) {
  MethodSettings all = run.options;
  all.insert(run.settings.begin(), run.settings.end());
  all.insert(
      {{"seed", fmt::format("{}", run.seed)}, {"epochs", fmt::format("{}", epochs)}, {"output", run.folder.string()}});
  if (run.target) all.insert({"target-loss", fmt::format("{}", *run.target)});
  if (!run.ours) all.insert({"limit", fmt::format("{}", kPatience * run.seconds)});
  std::vector<std::string> arguments(run.command.begin() + 1, run.command.end());
  for (const auto& [option, value] : all) {
    arguments.push_back("--" + option);
    arguments.push_back(value);
  }
  return arguments;
}

bool reached(const RaceRun& run, const RaceRecord& record) {
  return run.target && std::ranges::any_of(record.metrics.epochs, [&](const report::RaceEpoch& epoch) {
           return epoch.train_loss <= *run.target;
         });
}

/// At its target, its last epoch, or its seconds.
bool at_end(const RaceRun& run, const RaceRecord& record) {
  return reached(run, record) || record.epochs() >= run.epochs || record.seconds() >= run.seconds;
}

Outcome outcome_at_end(const RaceRun& run, const RaceRecord& record) {
  return reached(run, record) || record.epochs() >= run.epochs ? Outcome::Finished : Outcome::OutOfTime;
}

void read_metrics(const RaceRun& run, RaceRecord& record) {
  const std::filesystem::path path = run.folder / "metrics.csv";
  if (std::filesystem::exists(path)) record.metrics = report::read_race_metrics(path);
}

void write_record(const RaceRun& run, const RaceRecord& record, const std::vector<std::string>& arguments) {
  const nlohmann::json content{
      {"outcome", to_string(record.outcome)},
      {"message", record.message},
      {"seed", run.seed},
      {"epochs", record.epochs()},
      {"limit", run.seconds},
      {"wall_seconds", record.wall_seconds},
      {"command",
       fmt::format("{} {}", std::filesystem::path(run.command.front()).filename().string(), fmt::join(arguments, " "))},
      {"settings", run.settings},
  };
  replace_file(run.folder / "run.json", content.dump(2) + "\n");
}

Outcome outcome_from(const std::string& text, const std::filesystem::path& path) {
  for (const Outcome each : {Outcome::Unfinished, Outcome::Finished, Outcome::OutOfTime, Outcome::Failed}) {
    if (to_string(each) == text) return each;
  }
  throw Error(
      fmt::format("{}: found outcome '{}', expected unfinished, finished, out-of-time or failed", path.string(), text));
}

/// With what run_child() throws as another's failure.
ChildResult run_program(const RaceRun& run, const std::vector<std::string>& arguments,
                        const std::function<bool(const std::string&)>& on_line) {
  try {
    return run_child(run.command.front(), arguments, on_line);
  } catch (const Error& error) {
    if (run.ours) throw;
    return {.status = kNumericalErrorStatus, .message = error.what()};
  }
}

}  // namespace

bool is_done(const RaceRun& run, const RaceRecord& record) {
  if (record.outcome == Outcome::Failed || at_end(run, record)) return true;
  return record.outcome == Outcome::OutOfTime && record.limit >= run.seconds;
}

RaceRecord read_race_record(const RaceRun& run) {
  const std::filesystem::path path = run.folder / "run.json";
  RaceRecord record;
  if (!std::filesystem::exists(path)) return record;
  read_json(path, [&](const nlohmann::json& content) {
    if (content.at("settings").get<MethodSettings>() != run.settings) {
      throw UsageError(
          fmt::format("{}: that run has the settings {}, found {} now; expected the same, or another --output",
                      path.string(), settings_name(content.at("settings")), settings_name(run.settings)));
    }
    record.outcome = outcome_from(content.at("outcome").get<std::string>(), path);
    content.at("message").get_to(record.message);
    content.at("limit").get_to(record.limit);
    content.at("wall_seconds").get_to(record.wall_seconds);
    return 0;
  });
  read_metrics(run, record);
  return record;
}

RaceRecord continue_race_run(const RaceRun& run, const std::function<void(const RaceRecord&)>& on_epoch) {
  RaceRecord record = read_race_record(run);
  if (is_done(run, record)) {
    // A kill may have come between the last epoch and the record of it. A search asks for its earlier rungs first.
    if (record.outcome == Outcome::Unfinished) {
      record.outcome = outcome_at_end(run, record);
      write_record(run, record, arguments_of(run, std::max(run.epochs, record.epochs())));
    }
    return record;
  }
  std::vector<std::string> arguments = arguments_of(run, run.epochs);
  if (run.ours && std::filesystem::exists(run.folder / "checkpoint.safetensors")) {
    arguments.insert(arguments.end(), {"--resume", run.folder.string()});
  } else {
    std::filesystem::remove(run.folder / "metrics.csv");
    remove_parameters(run.folder);
    record = {};
  }
  const double spent = record.wall_seconds;
  const auto start = Clock::now();
  std::filesystem::create_directories(run.folder);
  const auto save = [&](Outcome outcome) {
    record.outcome = outcome;
    record.wall_seconds = spent + std::chrono::duration<double>(Clock::now() - start).count();
    write_record(run, record, arguments);
  };
  save(Outcome::Unfinished);
  const ChildResult result = run_program(run, arguments, [&](const std::string&) {
    const int before = record.epochs();
    read_metrics(run, record);
    if (record.epochs() == before) return true;
    save(Outcome::Unfinished);
    on_epoch(record);
    return !at_end(run, record);
  });
  read_metrics(run, record);
  if (result.stopped || result.status == 0) {
    save(outcome_at_end(run, record));
  } else if (result.status == kNumericalErrorStatus || !run.ours) {
    record.message = result.message;
    save(Outcome::Failed);
  } else {
    throw Error(result.message);
  }
  return record;
}

void remove_parameters(const std::filesystem::path& folder) {
  for (const char* file : kParameterFiles) std::filesystem::remove(folder / file);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
