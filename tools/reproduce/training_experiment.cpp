#include "tools/reproduce/training_experiment.h"

#include <limits>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "framework/device.h"
#include "framework/error.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "tools/reproduce/experiment_files.h"
#include "tools/reproduce/progress.h"
#include "tools/reproduce/report/report.h"
#include "tools/reproduce/search.h"
#include "tools/reproduce/settings_file.h"
#include "tools/reproduce/training_run.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// An experiment on its data, and the part of its folder that searches and runs share.
class TrainingExperiment {
 public:
  explicit TrainingExperiment(const TrainingOptions& options)
      : options_(options), images_(find_images(options.data, options.layers.front())) {
    const DatasetPair data = images_.load(options.layers);
    training_samples_ = data.train.size();
    data_ = describe(images_, data);
  }

  void run() {
    std::filesystem::create_directories(options_.output);
    settings_ = read_settings(settings_path());
    if (options_.settings) take_settings(*options_.settings);
    write_description();
    if (options_.search) {
      for (const Method& method : options_.methods) search_settings(method);
    }
    for (const Method& method : options_.methods) {
      settings_.try_emplace(method.id(), ChosenSettings{default_settings(method, training_samples_), "default"});
    }
    write_settings(settings_path(), settings_);
    run_all();
    write_report(options_.output);
    fmt::print("report in {}\n", (options_.output / "report.html").string());
  }

 private:
  [[nodiscard]] std::filesystem::path settings_path() const { return options_.output / "settings.json"; }

  void take_settings(const std::filesystem::path& path) {
    const SettingsTable given = read_settings(path);
    if (given.empty()) {
      throw UsageError(fmt::format("--settings {}: holds no settings, expected a settings.json", path.string()));
    }
    for (const Method& method : options_.methods) {
      const auto found = given.find(method.id());
      if (found == given.end()) continue;
      settings_[method.id()] = {found->second.values, fmt::format("{} of {}", found->second.chosen_by, path.string())};
    }
  }

  [[nodiscard]] TrainingRun training_run(const Method& method, int seed, const MethodSettings& settings,
                                         const std::filesystem::path& folder) const {
    TrainingRun run{
        .method = method, .seed = seed, .settings = settings, .options = images_.options(), .folder = folder};
    run.options.insert({{"layers", format_layers(options_.layers)},
                        {"criterion", std::string(options_.experiment->criterion)},
                        {"threads", fmt::format("{}", options_.threads)}});
    return run;
  }

  void search_settings(const Method& method) {
    const std::string id = method.id();
    if (const auto known = settings_.find(id); known != settings_.end() && known->second.chosen_by == "search") return;
    const auto grid = grid_points(paper_grid(method, training_samples_));
    const SearchPlan plan = options_.trials ? plan_search(grid, default_settings(method, training_samples_),
                                                          *options_.trials, options_.epochs)
                                            : plan_full_search(grid, options_.epochs);
    fmt::print("\n{}: search among {} of {} settings\n", id, plan.trials.size(), grid.size());
    RunTable table("trial", plan.runs(), plan.epochs(), kNoLimit);
    const std::vector<Trial> trials = search(plan, [&](const MethodSettings& settings, int epochs) {
      const std::string name = settings_name(settings);
      const TrainingRun run =
          training_run(method, options_.seeds.front(), settings, options_.output / "search" / id / name);
      // Its checkpoint is gone where an earlier search was killed at its very end, or had fewer epochs.
      if (!read_record(run).done(epochs) && !std::filesystem::exists(run.folder / "checkpoint.safetensors")) {
        std::filesystem::remove_all(run.folder);
      }
      return show_run(table, run, fmt::format("{} {}", id, name), epochs, kNoLimit);
    });
    write_search_file(options_.output / "search.json", id, plan, trials);
    for (const Trial& trial : trials) {  // only numbers are kept: a checkpoint is as large as the network
      for (const char* file : {"checkpoint.safetensors", "model.safetensors"}) {
        std::filesystem::remove(options_.output / "search" / id / settings_name(trial.settings) / file);
      }
    }
    // Last, as it says that the search is done: after a kill before it, the trials' records make the same files again.
    settings_[id] = {trials.front().settings, "search"};
    write_settings(settings_path(), settings_);
  }

  static RunRecord show_run(RunTable& table, const TrainingRun& run, const std::string& name, int epochs,
                            double seconds) {
    table.begin(name, read_record(run), epochs);
    RunRecord record = continue_run(run, epochs, seconds, [&](const RunRecord& at) { table.epoch(at); });
    table.end(record);
    return record;
  }

  void run_all() const {
    std::vector<TrainingRun> runs;
    for (const int seed : options_.seeds) {
      for (const Method& method : options_.methods) {
        const std::filesystem::path folder = options_.output / "runs" / method.id() / fmt::format("seed-{}", seed);
        runs.push_back(training_run(method, seed, settings_.at(method.id()).values, folder));
      }
    }
    double seconds = options_.budget_minutes ? *options_.budget_minutes * 60 : kNoLimit;
    double spent = 0;  // by those that go on
    int epochs = 0;
    int unfinished = 0;
    for (const TrainingRun& run : runs) {
      const RunRecord record = read_record(run);
      if (record.done(options_.epochs)) {
        seconds -= record.wall_seconds;
        continue;
      }
      epochs += options_.epochs - record.epochs();
      spent += record.wall_seconds;
      ++unfinished;
    }
    fmt::print("\n{}: {} runs of {} epochs, {} of them finished\n", options_.experiment->name, runs.size(),
               options_.epochs, static_cast<int>(runs.size()) - unfinished);
    RunTable table("run", static_cast<int>(runs.size()), epochs, seconds - spent);
    for (const TrainingRun& run : runs) {
      const RunRecord before = read_record(run);
      const bool done = before.done(options_.epochs);
      const double part = done ? 0 : seconds / unfinished - before.wall_seconds;
      const RunRecord after = show_run(table, run, run.name(), options_.epochs, part);
      if (done) continue;
      seconds -= after.wall_seconds;
      --unfinished;
    }
  }

  void write_description() const {
    const std::filesystem::path path = options_.output / "experiment.json";
    nlohmann::json content = describe_experiment(path, options_.experiment->name, options_.command);
    content.update({{"data", data_},
                    {"lossy_jpeg", images_.lossy()},
                    {"network", format_layers(options_.layers)},
                    {"activation", "sigmoid"},
                    {"criterion", options_.experiment->criterion},
                    {"epochs", options_.epochs},
                    {"budget_minutes", options_.budget_minutes.value_or(0)}});
    write_experiment_file(path, content, ids(options_.methods), options_.seeds, ids(options_.experiment->methods));
  }

  const TrainingOptions& options_;
  ImageData images_;
  int training_samples_ = 0;
  std::string data_;
  SettingsTable settings_;
};

}  // namespace

void run_training_experiment(const TrainingOptions& options) {
  require_device();
  require_report_programs();
  set_threads(options.threads);
  TrainingExperiment(options).run();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
