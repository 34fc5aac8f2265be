#include "models/fit.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "framework/data/hold_out.h"
#include "framework/error.h"
#include "framework/optimizers/weight_average.h"
#include "models/early_stopping.h"
#include "models/task_defaults.h"
#include "second_order/options.h"
#include "second_order/second_order.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void require_fitting(const FitOptions& options) {
  if (options.epochs < 1) throw UsageError(fmt::format("epochs: found {}, expected at least 1", options.epochs));
  if (options.batch_size < 1) {
    throw UsageError(fmt::format("batch_size: found {}, expected at least 1", options.batch_size));
  }
  if (options.patience < 0) throw UsageError(fmt::format("patience: found {}, expected 0 or more", options.patience));
  if (!(options.hold_out >= 0 && options.hold_out < 1)) {
    throw UsageError(fmt::format("hold_out: found {}, expected a share from 0 to below 1", options.hold_out));
  }
  if (options.validation != nullptr && options.hold_out > 0) {
    throw UsageError("hold_out: there is a validation set already, expected 0");
  }
  if (options.patience > 0 && options.validation == nullptr && options.hold_out == 0) {
    throw UsageError("patience: needs a validation set, expected `validation`, or a share to `hold_out`");
  }
}

void standardise(Network& network, const Dataset& train, const FitOptions& options) {
  const Op& criterion = network.criterion();
  if (options.normalize_targets) {
    require_fitting_target_normalization(*options.normalize_targets, network.task(), criterion, !train.has_numbers());
  }
  const Normalize inputs = options.normalize.value_or(default_normalization(train));
  const NormalizeTargets targets = options.normalize_targets.value_or(default_target_normalization(train, criterion));
  network.set_standardisation(fit_normalization(train, inputs), fit_targets(train, targets), !train.has_numbers());
}

std::unique_ptr<Optimizer> recommended(Plan& plan, std::uint64_t seed) {
  SecondOrderOptions options;
  options.seed = seed;
  return std::make_unique<SecondOrder>(plan, options);
}

std::vector<Tensor> copied(std::span<const Tensor> parameters) { return {parameters.begin(), parameters.end()}; }

void assign(const std::vector<Tensor>& from, std::span<Tensor> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) copy(from[i], parameters[i]);
}

}  // namespace

FitResult fit(Network& network, const Dataset& train, const FitOptions& options) {
  require_fitting(options);
  HeldOut parts;
  if (options.hold_out > 0) parts = hold_out(train, options.hold_out, options.seed);
  const Dataset& trained = options.hold_out > 0 ? parts.rest : train;
  const Dataset* const validation = options.hold_out > 0 ? &parts.held_out : options.validation;
  network.require(trained);
  require_fitting_targets(trained, network.criterion());
  if (!network.is_standardised()) standardise(network, trained, options);
  if (validation != nullptr) {
    network.require(*validation);
    require_fitting_targets(*validation, network.criterion());
  }

  Training training(
      network, trained, fitting_batch_size(trained.size(), options.batch_size), options.seed,
      options.optimizer ? options.optimizer : [&](Plan& plan) { return recommended(plan, options.seed); });
  Graph& graph = *network.model().graph;
  std::vector<Tensor> best_weights;  // where there is a validation set
  if (validation != nullptr) best_weights = copied(graph.parameters());
  const bool by_accuracy = !options.by_loss && network.task() == Task::Classification;
  EarlyStopping stopping(/*higher_is_better=*/by_accuracy, options.patience);
  const double start_loss = training.start_loss();

  FitResult result;
  const auto failed = [&](std::string message) {
    result.end = FitEnd::Failure;
    result.message = std::move(message);
  };
  while (result.epochs < options.epochs && result.end == FitEnd::AllEpochs) {
    EpochReport report{.epoch = result.epochs + 1};
    const auto start = std::chrono::steady_clock::now();
    const EpochSummary summary = training.trainer().run_epoch(report.epoch, [&](const Progress& progress) {
      report.train = progress.score;
      if (options.on_step) options.on_step(progress);
    });
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!summary.complete) {
      failed(summary.message);
      break;
    }
    if (const std::string why = far_above(start_loss, report.train.loss); !why.empty()) {
      failed(fmt::format("epoch {}: {}", report.epoch, why));
      break;
    }
    result.epochs = report.epoch;
    if (validation != nullptr) {
      report.validation = training.score(*validation);
      report.best =
          stopping.add(options.by_loss ? report.validation->loss : report.validation->measure(network.task()));
    }
    if (report.best) {
      const AveragedWeights averaged(training.optimizer());
      best_weights = copied(graph.parameters());
    }
    if (validation == nullptr || report.best) result.best_epoch = report.epoch;
    if (options.on_epoch && !options.on_epoch(report)) result.end = FitEnd::Caller;
    if (stopping.should_stop()) result.end = FitEnd::Patience;
  }
  if (validation != nullptr) {
    assign(best_weights, graph.parameters());
  } else if (WeightAverage* const average = training.optimizer().average(); average != nullptr) {
    average->restore();
  }
  result.train = network.score(trained);
  if (validation != nullptr) result.validation = network.score(*validation);
  return result;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
