#include "tools/train/find_settings.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <new>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "tools/command_line/status_line.h"
#include "tools/train/candidates.h"
#include "tools/train/halving.h"
#include "tools/train/session.h"
#include "tools/train/trials.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kTrials = 16;
constexpr int kSamples = 5000;  // training samples on which losses are compared

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// The samples on which losses are compared, the same for all trials.
std::vector<int> compared_samples(const TrainOptions& options, const Dataset& train) {
  std::vector<int> samples(to_index(train.size()));
  std::iota(samples.begin(), samples.end(), 0);
  Random(options.seed, Random::Stream::Search, 1).shuffle(samples);
  samples.resize(std::min(samples.size(), std::size_t{kSamples}));
  return samples;
}

class Search {
 public:
  Search(const TrainOptions& options, const TrainingData& data, const SearchFolder& folder)
      : options_(options),
        data_(data),
        folder_(folder),
        samples_(compared_samples(options, data.sets.train)),
        end_(now() + *options.find_settings * 60) {}

  /// Trains for the trial's share of the time, or to the end of its schedule, and returns the loss over the samples.
  double run(Trial& trial, const Rung& rung) {
    if (rung.number != rung_) losses_.clear();
    rung_ = rung.number;
    double loss = std::numeric_limits<double>::infinity();
    try {
      loss = train(trial, rung);
    } catch (const std::bad_alloc&) {
      trial.message = "out of memory";
    }
    losses_.push_back(loss);
    return loss;
  }

  void clear_line() { line_.clear(); }

 private:
  double train(Trial& trial, const Rung& rung) {
    const TrainOptions options = with_settings(options_, trial.settings);
    TrainingSession session(options, data_);
    Trainer& trainer = session.trainer();
    if (trial.steps > 0) {
      CheckpointFile(folder_.checkpoint(trial)).restore(session.model(), session.optimizer());
      session.optimizer().set_steps(trial.steps);
    }
    const int in_epoch = trainer.steps_per_epoch();
    const double start = now();
    const auto go_on = [&](const Progress& progress) {
      show(trial, rung, progress.score.loss);
      return now() - start < rung.seconds;
    };
    const bool endless = options.schedule.kind == LearningRateSchedule::Kind::Constant;
    const std::int64_t end = std::int64_t{options.epochs} * in_epoch;
    EpochSummary summary;
    while ((endless || trial.steps < end) && now() - start <= rung.seconds) {
      summary = trainer.run_part(static_cast<int>(trial.steps / in_epoch) + 1, static_cast<int>(trial.steps % in_epoch),
                                 go_on);
      trial.steps += summary.steps;
      if (!summary.complete) break;
    }
    trial.seconds += now() - start;
    trial.epochs = static_cast<double>(trial.steps) / in_epoch;
    trial.message = summary.message;
    if (!trial.message.empty()) return std::numeric_limits<double>::infinity();
    const double loss = session.training().train_score(samples_).loss;
    if (!std::isfinite(loss)) trial.message = fmt::format("the loss is {}, expected a finite number", loss);
    if (may_go_on(rung, loss)) {
      std::filesystem::create_directories(folder_.checkpoint(trial).parent_path());
      save_checkpoint(folder_.checkpoint(trial), options.settings(), {}, session.model(), session.optimizer());
    }
    return loss;
  }

  /// Whether the trial can still reach the next rung: not if enough trials of this rung are better.
  [[nodiscard]] bool may_go_on(const Rung& rung, double loss) const {
    return std::isfinite(loss) &&
           std::ranges::count_if(losses_, [&](double other) { return other <= loss; }) < rung.kept;
  }

  void show(const Trial& trial, const Rung& rung, double loss) {
    if (!line_.due()) return;
    const int done = static_cast<int>(losses_.size());
    line_.draw(fmt::format("rung {}/{}  {}  {}  loss {:.4f}  {} left", rung.number, rung.rungs,
                           progress_bar(done, rung.trials), format_settings(trial.settings), loss,
                           format_duration(end_ - now())));
  }

  const TrainOptions& options_;
  const TrainingData& data_;
  const SearchFolder& folder_;
  std::vector<int> samples_;
  double end_;
  int rung_ = 0;
  std::vector<double> losses_;  // of this rung's trials so far
  StatusLine line_;
};

void print_summary(const TrainOptions& options, const DatasetPair& data, std::span<const SearchedOption> searched,
                   std::size_t trials) {
  fmt::print("{}: {} training and {} test samples; network {}, {}, {}\n", options.dataset->name, data.train.size(),
             data.test.size(), format_layers(options.layers), options.activation->name, options.criterion->name);
  fmt::print("{}; seed {}, {} threads\n", options.describe_optimizer(), options.seed, options.threads);
  for (const SearchedOption& option : searched) {
    fmt::print("searching --{}: {}\n", option.name, fmt::join(option.values, ", "));
  }
  fmt::print("{} settings, {} for all\n", trials, format_duration(*options.find_settings * 60));
  fmt::print("{:>9}  {:>9}  {:>12}  {:>10}  {}\n", "rung", "settings", "seconds each", "best loss", "best settings");
  std::fflush(stdout);
}

}  // namespace

int find_settings(TrainOptions options) {
  prepare(options);
  const std::vector<SearchedOption> searched = searched_options(options);
  const SearchFolder folder(options.output);
  folder.create_new();
  const TrainingData data = load_training_data(options);

  std::vector<Trial> trials;
  for (const Settings& candidate : draw_candidates(options, searched, data.sets.train, kTrials)) {
    trials.push_back({.number = static_cast<int>(trials.size()) + 1, .settings = candidate});
  }
  print_summary(options, data.sets, searched, trials.size());
  Search search(options, data, folder);
  const auto on_rung = [&](const Rung& rung, std::span<const Trial> all) {
    search.clear_line();
    fmt::print("{:>9}  {:>9}  {:>12.2f}  {:>10.5f}  {}\n", fmt::format("{}/{}", rung.number, rung.rungs), rung.trials,
               rung.seconds, all.front().losses.back(), format_settings(all.front().settings));
    std::fflush(stdout);
    folder.save(options, all, rung.rungs);
  };
  const int rungs = static_cast<int>(rung_sizes(static_cast<int>(trials.size())).size());
  trials = halve(std::move(trials), *options.find_settings * 60,
                 {.clock = now,
                  .run = [&](Trial& trial, const Rung& rung) { return search.run(trial, rung); },
                  .on_rung = on_rung});
  folder.remove_checkpoints();
  fmt::print("\n{}\nto train with the best settings: train --config {} --output DIR\n", format_trials(trials, rungs),
             folder.config().string());
  return 0;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
