#include "tools/reproduce/race/race.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "framework/device.h"
#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/threads.h"
#include "tools/reproduce/child_process.h"
#include "tools/reproduce/experiment_files.h"
#include "tools/reproduce/race/race_files.h"
#include "tools/reproduce/race/race_progress.h"
#include "tools/reproduce/race/trials.h"
#include "tools/reproduce/report/program.h"
#include "tools/reproduce/report/race_targets.h"
#include "tools/reproduce/report/report.h"
#include "tools/reproduce/search.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Section = RaceOptions::Section;

/// What the program of PyTorch's side says of itself; an error where it does not run.
nlohmann::json ask_peers(const RaceOptions& options) {
  if (!std::filesystem::exists(options.peers)) {
    throw Error(
        fmt::format("{}: not there, expected the program of PyTorch's side; see --peers", options.peers.string()));
  }
  const std::string python = report::find_program(options.python);
  if (python.empty()) throw Error(fmt::format("{}: not in PATH", options.python));
  std::string answer;
  const ChildResult result = run_child(python, {options.peers.string(), "--describe"}, [&](const std::string& line) {
    answer += line;
    return true;
  });
  if (result.status != 0) throw Error(fmt::format("{}: {}", options.python, result.message));
  return nlohmann::json::parse(answer);
}

/// Leaves out of `entrants` those that cannot run.
Peers find_peers(const RaceOptions& options, std::vector<Entrant>& entrants) {
  Peers peers;
  if (std::ranges::all_of(entrants, &Entrant::ours)) return peers;
  nlohmann::json missing = nlohmann::json::object();
  std::string reason;
  try {
    const nlohmann::json answer = ask_peers(options);
    peers.versions = answer.at("versions");
    missing = answer.at("missing");
  } catch (const std::exception& error) {
    if (options.python_given) throw Error(fmt::format("--python {}: {}", options.python, error.what()));
    reason = error.what();
  }
  std::erase_if(entrants, [&](const Entrant& entrant) {
    if (entrant.ours) return false;
    std::string& why = peers.left_out[entrant.id];
    const auto packages = missing.find(entrant.options.at("optimizer"));
    if (!reason.empty()) {
      why = reason;
    } else if (packages != missing.end()) {
      why = fmt::format("packages missing: {}", fmt::join(packages->get<std::vector<std::string>>(), ", "));
    } else {
      peers.left_out.erase(entrant.id);
      return false;
    }
    fmt::print("{} is left out: {}\n", entrant.id, why);
    return true;
  });
  return peers;
}

class Race {
 public:
  explicit Race(RaceOptions options) : options_(std::move(options)) {}

  void run() {
    std::filesystem::create_directories(options_.output);
    const Peers peers = find_peers(options_, options_.entrants);
    if (options_.entrants.empty()) throw UsageError("--contestants: all are left out, expected some that can run");
    for (const RaceTask* task : options_.tasks) data_[task->id] = prepare_task_data(*task, options_.data);
    write_race_file(options_, data_, peers);
    const std::filesystem::path description = options_.output / "experiment.json";
    replace_file(description, describe_experiment(description, "race", options_.command).dump(2) + "\n");
    targets_ = report::read_targets(targets_path());
    for (const RaceTask* task : options_.tasks) {
      fmt::print("\n{}: {}\n", task->id, data_.at(task->id).description);
      if (options_.section != Section::Ranks) find_target(*task);
      for (const Entrant& entrant : options_.entrants) choose_settings(*task, entrant);
      run_task(*task);
      write_report(options_.output);
    }
    fmt::print("report in {}\n", (options_.output / "report.html").string());
  }

 private:
  [[nodiscard]] std::filesystem::path targets_path() const { return options_.output / "targets.json"; }

  [[nodiscard]] RaceRun race_run(const RaceTask& task, const Entrant& entrant, const MethodSettings& tuned,
                                 const std::filesystem::path& folder) const {
    RaceRun run{.command = {options_.train.string()},
                .options = task.options,
                .settings = entrant.options,
                .seed = options_.seeds.front(),
                .epochs = options_.epochs,
                .seconds = options_.limit,
                .ours = entrant.ours,
                .folder = folder,
                .name = fmt::format("{} {}", task.id, entrant.id)};
    if (!entrant.ours) run.command = {report::find_program(options_.python), options_.peers.string()};
    run.options.insert({{"data", data_.at(task.id).folder.string()}, {"threads", fmt::format("{}", options_.threads)}});
    run.settings.insert(tuned.begin(), tuned.end());
    return run;
  }

  /// Adam's best of a few learning rates, by successive thirds, then with the best to all epochs. Fixed from then on.
  void find_target(const RaceTask& task) {
    const double plateau = data_.at(task.id).plateau;
    if (const auto known = targets_.find(task.id); known != targets_.end()) {
      if (known->second.epochs != options_.target_epochs) {
        throw UsageError(
            fmt::format("--target-epochs {}: the target of {} was fixed with {}, expected the same, or "
                        "another --output",
                        options_.target_epochs, task.id, known->second.epochs));
      }
      // Such as by a version of this program that did not standardise targets.
      if (std::abs(known->second.plateau - plateau) > 1e-6 * plateau) {
        throw UsageError(
            fmt::format("{}: the target of {} was fixed for data whose plateau is a loss of {:.6g}, found {:.6g} now; "
                        "expected the same data and losses, or another --output",
                        targets_path().string(), task.id, known->second.plateau, plateau));
      }
      return;
    }
    const GridAxis rates = target_learning_rates();
    const std::vector<MethodSettings> grid = grid_points(std::span(&rates, 1));
    SearchPlan plan = plan_search(grid, grid[1], static_cast<int>(grid.size()), options_.target_epochs);
    plan.rungs.push_back({.trials = 1, .epochs = options_.target_epochs});
    fmt::print("target: Adam at {} learning rates, the best for {} epochs\n", grid.size(), options_.target_epochs);
    const Entrant adam{.id = "target", .title = "", .options = target_options()};
    RaceTable table("target", plan.runs(), kNoSecondsLimit);
    const std::vector<Trial> trials = search(plan, [&](const MethodSettings& settings, int epochs) {
      const std::string name = settings_name(settings);
      RaceRun run = race_run(task, adam, settings, options_.output / "targets" / task.id / name);
      run.epochs = epochs;
      run.seconds = kNoSecondsLimit;
      run.name += " " + name;
      const RaceRecord record = table.show(run);
      RunRecord known{.outcome = record.outcome, .message = record.message, .wall_seconds = record.wall_seconds};
      for (const report::RaceEpoch& epoch : record.metrics.epochs) known.train_losses.push_back(epoch.train_loss);
      return known;
    });
    const double best = std::ranges::min(trials.front().record.train_losses);
    if (best >= plateau) {
      throw NumericalError(
          fmt::format("{}: the least loss of Adam in {} epochs is {:.6g}, expected one below the plateau, {:.6g}; more "
                      "--target-epochs may help",
                      task.id, options_.target_epochs, best, plateau));
    }
    for (const Trial& trial : trials) {
      remove_parameters(options_.output / "targets" / task.id / settings_name(trial.settings));
    }
    // Last: with it the target counts as found, and its trials are not looked at again.
    targets_[task.id] = {.plateau = plateau,
                         .best = best,
                         .epochs = options_.target_epochs,
                         .learning_rate = trials.front().settings.at(std::string(rates.option))};
    report::write_targets(targets_path(), targets_);
  }

  void choose_settings(const RaceTask& task, const Entrant& entrant) {
    MethodSettings& chosen = chosen_[{task.id, entrant.id}];
    chosen = {};
    const std::vector<MethodSettings> plan = plan_trials(entrant, options_.trials);
    if (plan.empty()) return;
    fmt::print("\n{} {}: {} trials of {} s\n", task.id, entrant.id, plan.size(), options_.trial_seconds);
    RaceTable table("trial", static_cast<int>(plan.size()), static_cast<double>(plan.size()) * options_.trial_seconds);
    const std::vector<RaceTrial> trials =
        run_trials(plan, targets_.at(task.id), options_.trial_seconds, [&](const MethodSettings& settings) {
          const std::string name = settings_name(settings);
          RaceRun run = race_run(task, entrant, settings, options_.output / "search" / task.id / entrant.id / name);
          run.seconds = options_.trial_seconds;
          run.target = targets_.at(task.id).full();
          run.name += " " + name;
          RaceRecord record = table.show(run);
          remove_parameters(run.folder);
          return record;
        });
    chosen = trials.front().settings;
    write_trials(options_.output / "search.json", task.id, entrant.id, trials);
  }

  /// By seed, so that what else the machine does in the meantime slows all of them.
  void run_task(const RaceTask& task) {
    const bool ranks = options_.section == Section::Ranks;
    std::vector<RaceRun> runs;
    for (const int seed : options_.seeds) {
      for (const Entrant& entrant : options_.entrants) {
        // The default is the same run in two sections.
        const bool race = options_.section == Section::Race || entrant.id == kDefaultEntrant;
        RaceRun run = race_run(task, entrant, chosen_.at({task.id, entrant.id}),
                               options_.output / (race ? "runs" : name(options_.section)) / task.id / entrant.id /
                                   fmt::format("seed-{}", seed));
        run.seed = seed;
        run.name += fmt::format(", seed {}", seed);
        if (ranks) {
          run.seconds = kNoSecondsLimit;
        } else {
          run.target = targets_.at(task.id).full();
        }
        runs.push_back(std::move(run));
      }
    }
    fmt::print("\n{}: {} runs\n", task.id, runs.size());
    RaceTable table("run", static_cast<int>(runs.size()),
                    ranks ? kNoSecondsLimit : static_cast<double>(runs.size()) * options_.limit);
    for (const RaceRun& run : runs) {
      table.show(run);
      remove_parameters(run.folder);
    }
  }

  RaceOptions options_;
  std::map<std::string, TaskData> data_;
  report::RaceTargets targets_;
  std::map<std::pair<std::string, std::string>, MethodSettings> chosen_;  // by task and entrant
};

}  // namespace

void run_race(const RaceOptions& options) {
  require_device();
  require_report_programs();
  set_threads(options.threads);
  Race(options).run();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
