#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/device.h"
#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "models/model_file.h"
#include "models/trainer.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/datasets.h"
#include "tools/train/display.h"
#include "tools/train/options.h"
#include "tools/train/run_folder.h"
#include "tools/train/task.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// A network of the paper, by name, or one of two layers.
std::string fitting_layers(const DatasetShape& data) {
  for (const PaperNetwork& network : paper_networks()) {
    const std::vector<int> layers = parse_layers(network.layers);
    if (layers.front() == data.features && layers.back() == data.outputs) {
      return fmt::format("{} (the paper's {})", network.name, network.layers);
    }
  }
  return fmt::format("{}-512-{}", data.features, data.outputs);
}

/// What of the data inputs and outputs have to be as many as.
std::string_view inputs_and_outputs(Task task) {
  switch (task) {
    case Task::Classification:
      return "features and classes";
    case Task::Regression:
      return "features and targets";
    default:
      return "features, again at the end,";
  }
}

/// Before the data is loaded, which may take a while.
void require_fitting_layers(const TrainOptions& options, const DatasetShape& data) {
  if (options.layers.empty()) {
    throw UsageError(fmt::format(
        "--layers: missing, expected sizes from {} inputs to {} outputs, the {} of {}, such as {}", data.features,
        data.outputs, inputs_and_outputs(data.task), options.data.string(), fitting_layers(data)));
  }
  if (options.layers.front() == data.features && options.layers.back() == data.outputs) return;
  throw UsageError(fmt::format("--layers {}: from {} inputs to {} outputs, expected {} and {}, the {} of {}",
                               format_layers(options.layers), options.layers.front(), options.layers.back(),
                               data.features, data.outputs, inputs_and_outputs(data.task), options.dataset->name));
}

/// Before anything is made of that size.
void require_a_batch(const TrainOptions& options, const Dataset& data) {
  if (options.batch_size > data.size()) {
    throw UsageError(fmt::format("--batch-size {}: more than the {} samples of {}, expected at most these",
                                 options.batch_size, data.size(), data.name));
  }
}

/// A plan to evaluate with, unless the one that trains holds about as many samples: another would have inputs of its
/// own.
std::optional<Plan> evaluation_plan(const TrainOptions& options, const Model& model) {
  const int samples = evaluation_batch(options.layers);
  if (options.batch_size >= samples / 2) return {};
  return std::optional<Plan>(std::in_place, *model.graph, model.loss, samples, Plan::Buffers::Values);
}

/// With a loader of its own, which keeps the bytes of a batch, for no longer than this.
Score evaluate_set(Plan& plan, const Model& model, const Dataset& data, const Normalization& normalization) {
  BatchLoader loader(data, normalization);
  return evaluate(plan, model, loader);
}

ModelMetadata model_metadata(const TrainOptions& options, const Dataset& data) {
  return {{"format", "pt"},
          {"layers", format_layers(options.layers)},
          {"activation", std::string(options.activation->name)},
          {"criterion", std::string(options.criterion->name)},
          {"task", std::string(name(options.task))},
          {"input", fmt::format("x = ({} - input.mean) / input.scale", data.has_numbers() ? "number" : "byte / 255")}};
}

void print_summary(const TrainOptions& options, const DatasetPair& data, bool resumed, const RunState& state) {
  const std::string task = options.task == Task::Classification ? "" : fmt::format(", {}", name(options.task));
  fmt::print("{}: {} training and {} test samples{}; network {}, {}, {}\n", options.dataset->name, data.train.size(),
             data.test.size(), task, format_layers(options.layers), options.activation->name, options.criterion->name);
  fmt::print("{}; batch size {}, seed {}, {} threads\n", options.describe_optimizer(), options.batch_size, options.seed,
             options.threads);
  if (resumed) fmt::print("resuming after epoch {}\n", state.epoch);
}

int train(TrainOptions options) {
  set_threads(options.threads);
  require_device();
  if (options.tf32) use_tf32();
  const DatasetShape shape = options.dataset->shape(options.data, options.data_options);
  options.set_task(shape.task);
  require_fitting_layers(options, shape);
  const RunFolder folder(options.output);
  if (options.resume) {
    folder.create();
  } else {
    folder.create_new();
  }
  const DatasetPair data = load_dataset(*options.dataset, options.data, options.data_options);
  require_a_batch(options, data.train);
  for (const Dataset* set : {&data.train, &data.test}) require_fitting_targets(*set, *options.criterion);
  const Normalization normalization = fit_normalization(data.train, options.normalize);

  Settings settings = options.settings();
  settings["data"] = fmt::format("{:08x}-{:08x}", data.train.fingerprint(), data.test.fingerprint());

  Model model = mlp(options.layers, *options.activation, *options.criterion);
  Plan plan(*model.graph, model.loss, options.batch_size, Plan::Buffers::ValuesAndDeltas);
  std::optional<Plan> own_evaluation = evaluation_plan(options, model);
  Plan& evaluation = own_evaluation ? *own_evaluation : plan;
  const std::unique_ptr<Optimizer> optimizer = make_optimizer(options, plan, options.seed);
  BatchLoader train_data(data.train, normalization);
  Trainer trainer(model, plan, *optimizer, train_data, options.seed);

  const ModelMetadata metadata = model_metadata(options, data.train);
  RunState state{.task = options.task};
  if (options.resume) {
    state = RunFolder(*options.resume).load_checkpoint(settings, model, *optimizer);
    state.task = options.task;
    optimizer->set_steps(state.step);
    if (state.epoch > 0) folder.save_results(state, model, normalization, metadata);
  } else {
    initialize_xavier(*model.graph, options.seed);
  }
  folder.save_checkpoint(state, settings, model, *optimizer);

  print_summary(options, data, options.resume.has_value(), state);
  Display display(options.epochs, options.task);
  display.header();
  const auto reached = [&] {
    const std::optional<double> loss = state.train_loss();
    return loss && options.target_loss && *loss <= *options.target_loss;
  };
  for (int epoch = state.epoch + 1; epoch <= options.epochs && !reached(); ++epoch) {
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
    if (!summary.complete) stop(summary.message);
    display.evaluating(epoch);
    const Score train_score = evaluate(evaluation, model, train_data);
    const Score test_score = evaluate_set(evaluation, model, data.test, normalization);
    if (!std::isfinite(train_score.loss)) {
      stop(fmt::format("epoch {}: the loss after its last step is {}, expected a finite number", epoch,
                       train_score.loss));
    }
    state.epoch = epoch;
    state.step += summary.steps;
    state.seconds += seconds;
    state.add_row(train_score, test_score);
    folder.save_checkpoint(state, settings, model, *optimizer);
    folder.save_results(state, model, normalization, metadata);
    display.row(epoch, train_score, test_score, summary.steps * options.batch_size / seconds,
                elapsed() * (options.epochs - epoch));
  }
  fmt::print("{} epochs{}, {} of training; results in {}\n", state.epoch, reached() ? ", to the target loss" : "",
             format_duration(state.seconds), options.output.string());
  return 0;
}

}  // namespace

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION

int main(int argc, char** argv) {
  return curvegraph::run_tool("train", [&] {
    const auto options = curvegraph::parse_train_options(argc, argv);
    return options ? curvegraph::train(*options) : 0;
  });
}
