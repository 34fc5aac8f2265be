#include "tools/train/run.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/weight_average.h"
#include "models/mlp.h"
#include "tools/command_line/interrupts.h"
#include "tools/measure/machine.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void print_run(const TrainOptions& options, const TrainingData& training, const RunState& state) {
  const DatasetPair& data = training.sets;
  const std::string task = options.task == Task::Classification ? "" : fmt::format(", {}", name(options.task));
  const std::string validation =
      data.validation.size() > 0 ? fmt::format(", {} validation", data.validation.size()) : "";
  fmt::print("{}: {} training{} and {} test samples{}; network {}, {}, {}\n", options.dataset->name, data.train.size(),
             validation, data.test.size(), task, format_layers(options.layers), options.activation->name,
             options.criterion->name);
  fmt::print("{}; batch size {}, seed {}, {} threads{}\n", options.describe_optimizer(), options.batch_size,
             options.seed, options.threads, options.in_double ? ", in double" : "");
  if (!training.targets.empty()) {
    fmt::print(
        "targets standardised ({}): losses are those of standardised targets, rmse is in the targets' own units\n",
        name(training.normalize_targets));
  }
  if (!options.resume) return;
  const std::string steps = state.epoch_steps > 0 ? fmt::format(" and {} steps", state.epoch_steps) : "";
  fmt::print("resuming after epoch {}{}\n", state.epoch, steps);
}

/// 1, 2, ..., 9, 10, 20, ..., 90, 100, 200, ...: the epochs to show if each epoch is a single step.
bool has_one_digit(int epoch) {
  while (epoch % 10 == 0) epoch /= 10;
  return epoch < 10;
}

/// Empty if the system does not report it.
std::string memory_in_all() {
  try {
    return fmt::format("; {:.0f} MB in all", static_cast<double>(peak_memory()) / 1e6);
  } catch (const Error&) {
    return "";
  }
}

Settings settings_of(const TrainOptions& options, const TrainingData& data) {
  Settings settings = options.settings();
  // "none" is no setting, so that runs from before the option existed can resume with it.
  if (!data.targets.empty()) settings["normalize-targets"] = name(data.normalize_targets);
  settings["data"] = fmt::format("{:08x}-{:08x}", data.sets.train.fingerprint(), data.sets.test.fingerprint());
  if (data.sets.validation.size() > 0) settings["data"] += fmt::format("-{:08x}", data.sets.validation.fingerprint());
  return settings;
}

std::vector<NamedState> parameters_of(const Model& model) {
  std::vector<NamedState> parameters;
  for (Tensor& parameter : model.graph->parameters()) parameters.push_back({.name = {}, .values = parameter});
  return parameters;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A word for a POSIX shell.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+=:,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

Run::Run(const TrainOptions& options, const TrainingData& data, RunFolder& folder,
         std::chrono::steady_clock::time_point started)
    : options_(options),
      data_(data),
      folder_(folder),
      settings_(settings_of(options, data)),
      session_(options, data),
      validated_(data.sets.validation.size() > 0),
      single_steps_(options.kind->high_precision && session_.trainer().steps_per_epoch() == 1),
      state_{.task = options.task,
             .metrics = RunState::header(options.task, data.sets.validation.size() > 0),
             .given = options.given()},
      best_(options),
      points_(session_.model(), session_.optimizer(), [this] { write(); }),
      display_(options.epochs, options.task, validated_),
      started_(started) {}

int Run::train() {
  start();
  print_run(options_, data_, state_);
  // Nearly all memory is allocated by now: the first step adds a tile of J and OpenBLAS's buffers.
  if (const std::string more = session_.optimizer().describe(); !more.empty()) {
    fmt::print("{}{}\n", more, memory_in_all());
  }
  display_.header();
  const auto complete = [&] { return state_.epoch >= options_.epochs || ended(); };
  while (!complete() && Interrupts::signal() == 0) train_epoch(state_.epoch + 1);
  points_.finish(/*moved=*/state_.epoch_steps > 0);
  return complete() ? end() : interrupted();
}

void Run::start() {
  if (options_.resume) {
    const Settings given = state_.given;
    state_ = RunFolder(*options_.resume).load_checkpoint(settings_, given, session_.model(), session_.optimizer());
    state_.task = options_.task;
    state_.given = given;
    if (state_.epoch < 0 || state_.epoch_steps < 0 || state_.epoch_steps >= session_.trainer().steps_per_epoch()) {
      throw Error(fmt::format(
          "--resume {}: its checkpoint is at epoch {} and {} steps, expected fewer than the {} of an "
          "epoch",
          options_.resume->string(), state_.epoch, state_.epoch_steps, session_.trainer().steps_per_epoch()));
    }
    session_.optimizer().set_steps(state_.step);
    if (validated_) best_.follow(state_);
    const bool passed = best_.epoch() < state_.epoch || state_.epoch_steps > 0;
    if (best_.epoch() > 0 && passed) folder_.copy_best(*options_.resume);
  } else {
    state_.start_loss = session_.training().start_loss();
  }
  points_.start();
}

void Run::train_epoch(int epoch) {
  const Clock::time_point start = Clock::now();
  const auto elapsed = [start] { return seconds_since(start); };
  const int first = state_.epoch_steps;
  const double all_steps = (options_.epochs - epoch + 1.0) * session_.trainer().steps_per_epoch();
  const EpochSummary summary = session_.trainer().run_part(epoch, first, [&](const Progress& progress) {
    const double rate = (progress.step - first) / elapsed();
    display_.step(epoch, progress, rate * options_.batch_size, (all_steps - progress.step) / rate);
    return Interrupts::signal() == 0;
  });
  const double seconds = elapsed();
  if (!summary.message.empty()) fail(summary.message);
  if (summary.complete) return finish_epoch(epoch, summary, seconds, start);
  state_.epoch_steps += summary.steps;
  state_.step += summary.steps;
  state_.seconds += seconds;
}

void Run::finish_epoch(int epoch, const EpochSummary& summary, double seconds, Clock::time_point start) {
  display_.evaluating(epoch);
  const EpochScores scores = evaluate();
  if (const std::string why = far_above(state_.start_loss, scores.train.loss); !why.empty()) {
    fail(fmt::format("epoch {}: {}", epoch, why));
  }
  finished_ = summary.finished;
  state_.epoch = epoch;
  state_.epoch_steps = 0;
  state_.step += summary.steps;
  state_.seconds += seconds;
  state_.add_row(scores);
  if (scores.validation) best_.add(*scores.validation);
  if (validated_ && best_.epoch() == epoch && !points_.due()) {
    const AveragedWeights averaged(session_.optimizer());
    best_weights_.take(parameters_of(session_.model()));
  }
  points_.passed();
  if (!single_steps_ || has_one_digit(epoch) || epoch == options_.epochs || ended()) {
    display_.row(epoch, scores, summary.steps * options_.batch_size / seconds,
                 seconds_since(start) * (options_.epochs - epoch));
  }
}

EpochScores Run::evaluate() {
  return {.train = session_.training().train_score(),
          .test = session_.test_score(),
          .validation = session_.validation_score()};
}

void Run::write() {
  // The checkpoint does not hold these weights, so they come first.
  if (!best_weights_.empty()) write_kept_best();
  folder_.save_checkpoint(state_, settings_, session_.model(), session_.optimizer());
  if (state_.epoch == 0) return;
  const AveragedWeights averaged(session_.optimizer());
  folder_.save_results(state_, session_.network());
  if (validated_ && best_.epoch() == state_.epoch && state_.epoch_steps == 0) write_best();
}

void Run::write_best() {
  folder_.save_best(session_.network(), {{"epoch", fmt::format("{}", best_.epoch())},
                                         {best_.column(), fmt::format("{:.9g}", best_.value())}});
}

void Run::write_kept_best() {
  const std::vector<NamedState> parameters = parameters_of(session_.model());
  best_weights_.swap(parameters);
  write_best();
  best_weights_.swap(parameters);
  best_weights_.clear();
}

void Run::fail(const std::string& why) {
  points_.write_kept();
  throw NumericalError(fmt::format("{}; {} keeps the run up to epoch {}", why, options_.output.string(), state_.epoch));
}

bool Run::reached_target() const {
  return state_.epoch > 0 && options_.target_loss && state_.column("train_loss").back() <= *options_.target_loss;
}

int Run::end() {
  if (validated_ && state_.epoch > 0) fmt::print("{}\n", best_.describe(state_));
  if (!finished_.empty()) fmt::print("{}\n", finished_);
  const char* const why = reached_target()      ? ", target loss reached"
                          : best_.should_stop() ? ", stopped by --patience"
                                                : "";
  fmt::print("{} epochs{}, {} of training, {} in all; results in {}\n", state_.epoch, why,
             format_duration(state_.seconds), format_duration(seconds_since(started_)), options_.output.string());
  return 0;
}

int Run::interrupted() {
  display_.clear();
  const std::string steps = state_.epoch_steps > 0 ? fmt::format(" and {} steps", state_.epoch_steps) : "";
  fmt::print("interrupted after epoch {}{}; to continue: train --resume {}\n", state_.epoch, steps,
             shell_word(options_.output.string()));
  return Interrupts::exit_status();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
