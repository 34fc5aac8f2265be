#include "tools/reproduce/training_run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "tools/command_line/arguments.h"
#include "tools/reproduce/child_process.h"
#include "tools/reproduce/files.h"
#include "tools/reproduce/report/runs.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<std::string_view, 4> kRecordOutcomes{"unfinished", "finished", "out-of-time", "failed"};

std::vector<std::string> train_arguments(const TrainingRun& run, int epochs) {
  MethodSettings all = run.settings;
  all.merge(method_options(run.method));
  all.insert(run.options.begin(), run.options.end());
  all.insert(
      {{"seed", fmt::format("{}", run.seed)}, {"epochs", fmt::format("{}", epochs)}, {"output", run.folder.string()}});
  std::vector<std::string> arguments;
  arguments.reserve(2 * all.size());
  for (const auto& [option, value] : all) {
    arguments.push_back("--" + option);
    arguments.push_back(value);
  }
  return arguments;
}

/// Fills in what metrics.csv says, where there is one yet.
void read_progress(const TrainingRun& run, RunRecord& record) {
  const std::filesystem::path path = run.folder / "metrics.csv";
  record.train_losses.clear();
  if (!std::filesystem::exists(path)) return;
  for (const report::Epoch& epoch : report::read_metrics(path)) {
    record.train_losses.push_back(epoch.train_loss);
    record.test_accuracy = epoch.test_accuracy;
  }
}

void write_record(const TrainingRun& run, const RunRecord& record, int epochs) {
  const nlohmann::json content{
      {"method", run.method.id()},
      {"seed", run.seed},
      {"outcome", to_string(record.outcome)},
      {"message", record.message},
      {"epochs", record.epochs()},
      {"wall_seconds", record.wall_seconds},
      {"command", fmt::format("train {}", fmt::join(train_arguments(run, epochs), " "))},
      {"settings", run.settings},
  };
  replace_file(run.folder / "run.json", content.dump(2) + "\n");
}

}  // namespace

std::string TrainingRun::name() const { return fmt::format("{}, seed {}", method.id(), seed); }

std::string_view to_string(RunRecord::Outcome outcome) { return kRecordOutcomes.at(static_cast<std::size_t>(outcome)); }

RunRecord read_record(const TrainingRun& run) {
  const std::filesystem::path path = run.folder / "run.json";
  RunRecord record;
  if (!std::filesystem::exists(path)) return record;
  read_json(path, [&](const nlohmann::json& content) {
    if (content.at("settings").get<MethodSettings>() != run.settings) {
      throw UsageError(
          fmt::format("{}: that run has the settings {}, found {} now; expected the same, or another --output",
                      path.string(), settings_name(content.at("settings")), settings_name(run.settings)));
    }
    const auto found = std::ranges::find(kRecordOutcomes, content.at("outcome").get<std::string>());
    if (found == kRecordOutcomes.end()) {
      throw Error(fmt::format("{}: found outcome {}, expected one of {}", path.string(), content.at("outcome").dump(),
                              fmt::join(kRecordOutcomes, ", ")));
    }
    record.outcome = static_cast<RunRecord::Outcome>(found - kRecordOutcomes.begin());
    content.at("message").get_to(record.message);
    content.at("wall_seconds").get_to(record.wall_seconds);
    return 0;
  });
  read_progress(run, record);
  return record;
}

RunRecord continue_run(const TrainingRun& run, int epochs, double seconds,
                       const std::function<void(const RunRecord&)>& on_epoch) {
  RunRecord record = read_record(run);
  if (record.done(epochs)) {
    // A kill may have come between the last epoch and the record of it. A search asks for its earlier rungs first.
    if (record.outcome != RunRecord::Outcome::Failed && record.outcome != RunRecord::Outcome::Finished) {
      record.outcome = RunRecord::Outcome::Finished;
      write_record(run, record, std::max(epochs, record.epochs()));
    }
    return record;
  }
  const double spent = record.wall_seconds;
  if (record.epochs() > 0 && spent / record.epochs() > seconds) return record;
  const auto start = Clock::now();
  const auto elapsed = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  std::filesystem::create_directories(run.folder);
  const auto save = [&](RunRecord::Outcome outcome) {
    record.outcome = outcome;
    record.wall_seconds = spent + elapsed();
    read_progress(run, record);
    write_record(run, record, epochs);
  };
  record.outcome = RunRecord::Outcome::Unfinished;  // no longer what a shorter run came to
  write_record(run, record, epochs);
  double last_epoch_end = 0;
  const auto on_line = [&](const std::string&) {
    const int before = record.epochs();
    read_progress(run, record);
    if (record.epochs() == before) return true;
    save(RunRecord::Outcome::Unfinished);
    on_epoch(record);
    const double now = elapsed();
    const double epoch = now - std::exchange(last_epoch_end, now);
    return record.epochs() >= epochs || now + epoch <= seconds;
  };
  std::vector<std::string> arguments = train_arguments(run, epochs);
  if (std::filesystem::exists(run.folder / "checkpoint.safetensors")) {
    arguments.insert(arguments.end(), {"--resume", run.folder.string()});
  }
  const ChildResult result = run_child(sibling_program("train"), arguments, on_line);
  if (result.stopped) {
    save(RunRecord::Outcome::OutOfTime);
  } else if (result.status == 0) {
    save(RunRecord::Outcome::Finished);
  } else if (result.status == kNumericalErrorStatus) {
    record.message = result.message;
    save(RunRecord::Outcome::Failed);
  } else {
    throw Error(result.message);
  }
  return record;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
