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
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "framework/error.h"
#include "framework/index.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "tools/command_line/interrupts.h"
#include "tools/command_line/status_line.h"
#include "tools/train/candidates.h"
#include "tools/train/halving.h"
#include "tools/train/search_state.h"
#include "tools/train/session.h"
#include "tools/train/trials.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr int kTrials = 16;
constexpr int kSamples = 5000;  // training samples on which losses are compared

struct Interrupted {};

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
  Search(const TrainOptions& options, const TrainingData& data, const SearchFolder& folder, const Halving& state)
      : options_(options),
        data_(data),
        folder_(folder),
        samples_(compared_samples(options, data.sets.train)),
        end_(now() + *options.find_settings * 60 - state.spent),
        rung_(state.rung.number) {
    for (int i = 0; i < state.done; ++i) losses_.push_back(state.trials[to_index(i)].losses.back());
  }

  /// Trains for the trial's share of the time, or to the end of its schedule, and returns the loss over the samples.
  /// Throws Interrupted after a signal to end.
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
      const CheckpointFile file(folder_.checkpoint(trial));
      file.restore(session.model(), session.optimizer());
      // A kill may have come between this checkpoint and the state of the search.
      trial.steps = std::stoll(file.text("steps"));
      session.optimizer().set_steps(trial.steps);
    }
    const int in_epoch = trainer.steps_per_epoch();
    const double start = now();
    const auto go_on = [&](const Progress& progress) {
      if (Interrupts::signal() != 0) throw Interrupted{};
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
      save_checkpoint(folder_.checkpoint(trial), options.settings(), {{"steps", fmt::format("{}", trial.steps)}},
                      session.model(), session.optimizer());
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
  int rung_;
  std::vector<double> losses_;  // of this rung's trials so far
  StatusLine line_;
};

void print_summary(const TrainOptions& options, const DatasetPair& data, std::span<const SearchedOption> searched,
                   const Halving& state) {
  fmt::print("{}: {} training and {} test samples; network {}, {}, {}\n", options.dataset->name, data.train.size(),
             data.test.size(), format_layers(options.layers), options.activation->name, options.criterion->name);
  fmt::print("{}; seed {}, {} threads\n", options.describe_optimizer(), options.seed, options.threads);
  for (const SearchedOption& option : searched) {
    fmt::print("searching --{}: {}\n", option.name, fmt::join(option.values, ", "));
  }
  fmt::print("{} settings, {} for all\n", state.trials.size(), format_duration(*options.find_settings * 60));
  if (state.spent > 0) {
    fmt::print("continuing after {}, in rung {}/{}\n", format_duration(state.spent), state.rung.number,
               state.rung.rungs);
  }
  fmt::print("{:>9}  {:>9}  {:>12}  {:>10}  {}\n", "rung", "settings", "seconds each", "best loss", "best settings");
  std::fflush(stdout);
}

}  // namespace

int find_settings(TrainOptions options) {
  prepare(options);
  const std::vector<SearchedOption> searched = searched_options(options);
  SearchFolder folder(options.output);
  folder.create();
  const TrainingData data = load_training_data(options);
  Settings settings = options.given();
  settings["find-settings"] = fmt::format("{}", *options.find_settings);
  settings["data"] = fmt::format("{:08x}-{:08x}", data.sets.train.fingerprint(), data.sets.test.fingerprint());

  std::filesystem::create_directories(folder.state().parent_path());
  const Interrupts interrupts;
  Halving state;
  if (std::optional<Halving> earlier = load_search(folder.state(), settings)) {
    state = std::move(*earlier);
  } else {
    for (const Settings& candidate : draw_candidates(options, searched, data.sets.train, kTrials)) {
      state.trials.push_back({.number = static_cast<int>(state.trials.size()) + 1, .settings = candidate});
    }
  }
  const int rungs = static_cast<int>(rung_sizes(static_cast<int>(state.trials.size())).size());
  print_summary(options, data.sets, searched, state);
  Search search(options, data, folder, state);
  const auto on_rung = [&](const Rung& rung, std::span<const Trial> all) {
    search.clear_line();
    fmt::print("{:>9}  {:>9}  {:>12.2f}  {:>10.5f}  {}\n", fmt::format("{}/{}", rung.number, rung.rungs), rung.trials,
               rung.seconds, all.front().losses.back(), format_settings(all.front().settings));
    std::fflush(stdout);
    folder.save(options, all, rung.rungs);
  };
  std::vector<Trial> trials;
  try {
    trials = halve(std::move(state), *options.find_settings * 60,
                   {.clock = now,
                    .run = [&](Trial& trial, const Rung& rung) { return search.run(trial, rung); },
                    .save = [&](const Halving& now) { save_search(folder.state(), settings, now); },
                    .on_rung = on_rung});
  } catch (const Interrupted&) {
    search.clear_line();
    fmt::print("interrupted; the same command continues the search\n");
    return Interrupts::exit_status();
  } catch (const NumericalError&) {
    folder.complete();
    throw;
  }
  folder.complete();
  fmt::print("\n{}\nto train with the best settings: train --config {} --output DIR\n", format_trials(trials, rungs),
             folder.config().string());
  return 0;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
