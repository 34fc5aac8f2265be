#include "tools/train/train.h"

#include <chrono>
#include <cmath>
#include <string>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/weight_average.h"
#include "models/mlp.h"
#include "tools/command_line/arguments.h"
#include "tools/measure/machine.h"
#include "tools/train/best_epoch.h"
#include "tools/train/display.h"
#include "tools/train/find_settings.h"
#include "tools/train/options.h"
#include "tools/train/run_folder.h"
#include "tools/train/session.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void print_summary(const TrainOptions& options, const TrainingData& training, bool resumed, const RunState& state) {
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
  if (resumed) fmt::print("resuming after epoch {}\n", state.epoch);
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

int run(TrainOptions options) {
  prepare(options);
  const RunFolder folder(options.output);
  if (options.resume) {
    folder.create();
  } else {
    folder.create_new();
  }
  const TrainingData data = load_training_data(options);

  Settings settings = options.settings();
  // "none" is no setting, so that runs from before the option existed can resume with it.
  if (!data.targets.empty()) settings["normalize-targets"] = name(data.normalize_targets);
  settings["data"] = fmt::format("{:08x}-{:08x}", data.sets.train.fingerprint(), data.sets.test.fingerprint());
  if (data.sets.validation.size() > 0) settings["data"] += fmt::format("-{:08x}", data.sets.validation.fingerprint());

  TrainingSession session(options, data);
  Model& model = session.model();
  Optimizer& optimizer = session.optimizer();
  Trainer& trainer = session.trainer();

  const bool validated = data.sets.validation.size() > 0;
  RunState state{.task = options.task, .metrics = RunState::header(options.task, validated)};
  BestEpoch best(options);
  const auto save_results = [&] {
    const AveragedWeights averaged(optimizer);
    folder.save_results(state, session.network());
    if (!validated || best.epoch() != state.epoch) return;
    folder.save_best(session.network(),
                     {{"epoch", fmt::format("{}", state.epoch)}, {best.column(), fmt::format("{:.9g}", best.value())}});
  };
  if (options.resume) {
    state = RunFolder(*options.resume).load_checkpoint(settings, model, optimizer);
    state.task = options.task;
    optimizer.set_steps(state.step);
    if (validated) best.follow(state);
    if (best.epoch() < state.epoch && best.epoch() > 0) folder.copy_best(*options.resume);
  } else {
    state.start_loss = session.training().start_loss();
  }
  int saved = -1;  // the last saved epoch
  std::chrono::steady_clock::time_point saved_at;
  const auto save = [&] {
    if (saved == state.epoch) return;
    folder.save_checkpoint(state, settings, model, optimizer);
    if (state.epoch > 0) save_results();
    saved = state.epoch;
    saved_at = std::chrono::steady_clock::now();
  };
  // An epoch of a single small step takes longer to write, and to read, than to compute.
  const bool single_steps = options.kind->high_precision && trainer.steps_per_epoch() == 1;
  const auto is_due = [&] {
    return !single_steps || best.epoch() == state.epoch ||
           std::chrono::steady_clock::now() - saved_at > std::chrono::seconds(1);
  };
  save();

  print_summary(options, data, options.resume.has_value(), state);
  // Nearly all memory is allocated by now: the first step adds a tile of J and OpenBLAS's buffers.
  if (const std::string more = optimizer.describe(); !more.empty()) fmt::print("{}{}\n", more, memory_in_all());
  Display display(options.epochs, options.task, validated);
  display.header();
  const auto reached = [&] {
    return state.epoch > 0 && options.target_loss && state.column("train_loss").back() <= *options.target_loss;
  };
  std::string finished;
  const auto ended = [&] { return reached() || best.should_stop() || !finished.empty(); };
  for (int epoch = state.epoch + 1; epoch <= options.epochs && !ended(); ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [start] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const int all_steps = (options.epochs - epoch + 1) * trainer.steps_per_epoch();
    const EpochSummary summary = trainer.run_epoch(epoch, [&](const Progress& progress) {
      const double rate = progress.step / elapsed();
      display.step(epoch, progress, rate * options.batch_size, (all_steps - progress.step) / rate);
    });
    const double seconds = elapsed();
    const auto stop = [&](const std::string& why) {
      throw NumericalError(
          fmt::format("{}; {} keeps the run up to epoch {}", why, options.output.string(), state.epoch));
    };
    if (!summary.complete) {
      save();  // a failed single step has changed nothing; other epochs are saved already
      stop(summary.message);
    }
    finished = summary.finished;
    display.evaluating(epoch);
    const EpochScores scores{.train = session.training().train_score(),
                             .test = session.test_score(),
                             .validation = session.validation_score()};
    if (const std::string why = far_above(state.start_loss, scores.train.loss); !why.empty()) {
      stop(fmt::format("epoch {}: {}", epoch, why));
    }
    state.epoch = epoch;
    state.step += summary.steps;
    state.seconds += seconds;
    state.add_row(scores);
    if (scores.validation) best.add(*scores.validation);
    if (is_due()) save();
    if (!single_steps || has_one_digit(epoch) || epoch == options.epochs || ended()) {
      display.row(epoch, scores, summary.steps * options.batch_size / seconds, elapsed() * (options.epochs - epoch));
    }
  }
  save();
  if (validated && state.epoch > 0) fmt::print("{}\n", best.describe(state));
  if (!finished.empty()) fmt::print("{}\n", finished);
  const char* const why = reached() ? ", target loss reached" : best.should_stop() ? ", stopped by --patience" : "";
  fmt::print("{} epochs{}, {} of training; results in {}\n", state.epoch, why, format_duration(state.seconds),
             options.output.string());
  return 0;
}

}  // namespace

int train(int argc, const char* const* argv) {
  return run_tool("train", [&] {
    const auto options = parse_train_options(argc, argv);
    return options->find_settings ? find_settings(*options) : run(*options);
  });
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
