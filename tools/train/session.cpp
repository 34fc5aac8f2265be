#include "tools/train/session.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "framework/data/hold_out.h"
#include "framework/device.h"
#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/threads.h"
#include "models/mlp.h"
#include "models/task_defaults.h"
#include "tools/command_line/datasets.h"
#include "tools/train/task.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The name of a network of the paper that fits the data, or the sizes of two layers.
std::string fitting_layers(const DatasetShape& data) {
  for (const PaperNetwork& network : paper_networks()) {
    const std::vector<int> layers = parse_layers(network.layers);
    if (layers.front() == data.features && layers.back() == data.outputs) {
      return fmt::format("{} (the paper's {})", network.name, network.layers);
    }
  }
  return fmt::format("{}-512-{}", data.features, data.outputs);
}

/// The properties of the data that the numbers of inputs and outputs must match.
std::string_view inputs_and_outputs(Task task) {
  switch (task) {
    case Task::Classification:
      return "features and classes";
    case Task::Regression:
      return "features and targets";
    default:
      return "features (as inputs and outputs)";
  }
}

/// Called before the data is loaded, which can take a while.
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

std::int64_t steps_of_run(const TrainOptions& options, const Dataset& train) {
  return static_cast<std::int64_t>(options.epochs) * (train.size() / options.batch_size);
}

/// The requested normalisation, checked against the data, or the default.
NormalizeTargets target_normalization(const TrainOptions& options, const Dataset& train) {
  if (!options.normalize_targets) return default_target_normalization(train, *options.criterion);
  as_option([&] {
    require_fitting_target_normalization(*options.normalize_targets, train.task, *options.criterion,
                                         !train.has_numbers());
  });
  return *options.normalize_targets;
}

Network network_of(const TrainOptions& options, const TrainingData& data) {
  Network network({.layers = options.layers,
                   .activation = options.activation,
                   .task = options.task,
                   .criterion = options.criterion},
                  options.seed);
  network.set_standardisation(data.normalization, data.targets, !data.sets.train.has_numbers());
  network.set_output_names(data.sets.train.output_names);
  return network;
}

/// Checks the options that compare epochs.
void require_fitting_validation(const TrainOptions& options, const Dataset& validation) {
  if (validation.size() == 0) {
    const char* const option = options.patience > 0 ? "patience" : options.best_by.empty() ? nullptr : "best-by";
    if (option == nullptr) return;
    throw UsageError(
        fmt::format("--{}: needs a validation set, found none; --validation 0.1 holds out a tenth of the "
                    "training set",
                    option));
  }
  const std::string_view other = options.task == Task::Classification ? "rmse" : "accuracy";
  if (options.best_by != other) return;
  throw UsageError(fmt::format("--best-by {}: is not measured for {}, expected loss or {}", other, name(options.task),
                               Score::measure_name(options.task)));
}

}  // namespace

void prepare(TrainOptions& options) {
  set_threads(options.threads);
  require_device();
  if (options.tf32) use_tf32();
  const DatasetShape shape = options.dataset->shape(options.data, options.data_options);
  options.set_task(shape.task);
  require_fitting_layers(options, shape);
}

TrainingData load_training_data(TrainOptions& options) {
  return prepare_training_data(options, load_dataset(*options.dataset, options.data, options.data_options));
}

TrainingData prepare_training_data(TrainOptions& options, DatasetPair sets) {
  if (options.validation) {
    if (sets.validation.size() > 0) {
      throw UsageError(fmt::format("--validation: the data has its own validation set ({}), expected to be left out",
                                   sets.validation.name));
    }
    HeldOut parts = hold_out(std::move(sets.train), *options.validation, options.seed);
    sets.train = std::move(parts.rest);
    sets.validation = std::move(parts.held_out);
  }
  require_fitting_validation(options, sets.validation);
  if (!ArgumentValues(options.arguments).given("batch-size")) {
    options.batch_size =
        options.kind->high_precision ? sets.train.size() : fitting_batch_size(sets.train.size(), options.batch_size);
  }
  TrainingData data{.sets = std::move(sets), .normalization = {}, .targets = {}};
  require_fitting_run(options, data.sets.train);
  for (const Dataset* set : {&data.sets.train, &data.sets.test, &data.sets.validation}) {
    as_option([&] { require_fitting_targets(*set, *options.criterion); });
  }
  data.normalization = fit_normalization(data.sets.train, options.normalize);
  data.normalize_targets = target_normalization(options, data.sets.train);
  data.targets = fit_targets(data.sets.train, data.normalize_targets);
  return data;
}

void require_fitting_run(const TrainOptions& options, const Dataset& train) {
  if (options.batch_size > train.size()) {
    throw UsageError(fmt::format("--batch-size {}: more than the {} samples of {}, expected at most that many",
                                 options.batch_size, train.size(), train.name));
  }
  const std::int64_t steps = steps_of_run(options, train);
  if (options.schedule.kind != LearningRateSchedule::Kind::Constant && options.schedule.warm_up >= steps) {
    throw UsageError(
        fmt::format("--warm-up {}: the run has {} steps, expected a shorter warm-up with --learning-rate-schedule {}",
                    options.schedule.warm_up, steps, name(options.schedule.kind)));
  }
}

TrainingSession::TrainingSession(const TrainOptions& options, const TrainingData& data)
    : data_(data),
      network_(network_of(options, data)),
      training_(network_, data.sets.train, options.batch_size, options.seed, [&](Plan& plan) {
        return make_optimizer(options, plan, options.seed, steps_of_run(options, data.sets.train));
      }) {}

std::optional<Score> TrainingSession::validation_score() {
  return data_.sets.validation.size() > 0 ? std::optional(training_.score(data_.sets.validation)) : std::nullopt;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
