#include "models/fit.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/data/hold_out.h"
#include "framework/error.h"
#include "framework/optimizers/weight_average.h"
#include "models/checkpoint.h"
#include "models/early_stopping.h"
#include "models/save_points.h"
#include "models/task_defaults.h"
#include "second_order/options.h"
#include "second_order/second_order.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

void require_fitting(const FitOptions& options) {
  if (options.epochs < 1) throw UsageError(fmt::format("epochs: found {}, expected at least 1", options.epochs));
  if (options.batch_size < 0) {
    throw UsageError(
        fmt::format("batch_size: found {}, expected at least 1, or 0 for all samples", options.batch_size));
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

double number_or(const nlohmann::json& value, double otherwise) {
  return value.is_null() ? otherwise : value.get<double>();
}

/// One call of fit() for a standardised network. `validation` is nullptr if there is no validation set.
class FitRun {
 public:
  FitRun(Network& network, const Dataset& train, const Dataset* validation, const FitOptions& options)
      : network_(network),
        train_(train),
        validation_(validation),
        options_(options),
        batch_size_(options.batch_size == 0 ? train.size() : fitting_batch_size(train.size(), options.batch_size)),
        training_(
            network, train, batch_size_, options.seed,
            options.optimizer ? options.optimizer : [&](Plan& plan) { return recommended(plan, options.seed); }),
        stopping_(/*higher_is_better=*/!options.by_loss && network.task() == Task::Classification, options.patience) {
    if (validation != nullptr) best_weights_ = copied(parameters());
    if (!options.checkpoint.empty()) points_.emplace(network.model(), training_.optimizer(), [this] { save(); });
  }

  FitResult run() {
    if (!options_.checkpoint.empty() && std::filesystem::exists(options_.checkpoint)) {
      resume();
    } else {
      start_loss_ = training_.start_loss();
    }
    if (stopping_.should_stop()) result_.end = FitEnd::Patience;
    try {
      while (result_.epochs < options_.epochs && result_.end == FitEnd::AllEpochs) run_epoch();
    } catch (...) {  // of the caller's functions
      write_kept();
      throw;
    }
    if (result_.end == FitEnd::Failure) {
      write_kept();
    } else if (points_) {
      points_->finish();
    }
    if (validation_ != nullptr) {
      assign(best_weights_, parameters());
    } else if (WeightAverage* const average = training_.optimizer().average(); average != nullptr) {
      average->restore();
    }
    result_.train = network_.score(train_);
    if (validation_ != nullptr) result_.validation = network_.score(*validation_);
    return result_;
  }

 private:
  std::span<Tensor> parameters() { return network_.model().graph->parameters(); }

  void fail(std::string message) {
    result_.end = FitEnd::Failure;
    result_.message = std::move(message);
  }

  void run_epoch() {
    EpochReport report{.epoch = result_.epochs + 1};
    const auto start = std::chrono::steady_clock::now();
    const EpochSummary summary = training_.trainer().run_epoch(report.epoch, [&](const Progress& progress) {
      report.train = progress.score;
      if (options_.on_step) options_.on_step(progress);
    });
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!summary.complete) return fail(summary.message);
    if (const std::string why = far_above(start_loss_, report.train.loss); !why.empty()) {
      return fail(fmt::format("epoch {}: {}", report.epoch, why));
    }
    result_.epochs = report.epoch;
    if (validation_ != nullptr) {
      report.validation = training_.score(*validation_);
      measures_.push_back(options_.by_loss ? report.validation->loss : report.validation->measure(network_.task()));
      report.best = stopping_.add(measures_.back());
    }
    if (report.best) {
      const AveragedWeights averaged(training_.optimizer());
      best_weights_ = copied(parameters());
    }
    if (validation_ == nullptr || report.best) result_.best_epoch = report.epoch;
    if (points_) points_->passed();
    if (options_.on_epoch && !options_.on_epoch(report)) result_.end = FitEnd::Caller;
    if (stopping_.should_stop()) result_.end = FitEnd::Patience;
    if (summary.finished.empty() || result_.end != FitEnd::AllEpochs) return;
    result_.end = FitEnd::Finished;
    result_.message = summary.finished;
  }

  // --- the checkpoint ---

  void write_kept() {
    if (points_) points_->write_kept();
  }

  [[nodiscard]] Settings settings() const {
    Settings settings{{"layers", fmt::format("{}", fmt::join(network_.layers(), "-"))},
                      {"activation", std::string(network_.activation().name)},
                      {"criterion", std::string(network_.criterion().name)},
                      {"batch size", fmt::format("{}", batch_size_)},
                      {"seed", fmt::format("{}", options_.seed)},
                      {"data", fmt::format("{:08x}", train_.fingerprint())}};
    if (validation_ != nullptr) {
      settings["data"] += fmt::format("-{:08x}", validation_->fingerprint());
      settings["best by"] = options_.by_loss ? "loss" : Score::measure_name(network_.task());
    }
    return settings;
  }

  std::vector<NamedState> best_buffers() {
    std::vector<NamedState> buffers;
    for (std::size_t i = 0; i < best_weights_.size(); ++i) {
      buffers.push_back({fmt::format("best.{}", i), best_weights_[i]});
    }
    return buffers;
  }

  void save() {
    const nlohmann::json progress{{"epochs", result_.epochs}, {"start_loss", start_loss_}, {"measures", measures_}};
    save_checkpoint(options_.checkpoint, settings(), {{"fit", progress.dump()}}, network_.model(),
                    training_.optimizer(), best_buffers());
  }

  void resume() {
    const CheckpointFile file(options_.checkpoint);
    require_same_settings(options_.checkpoint.string(), file.settings(), settings());
    try {
      const auto progress = nlohmann::json::parse(file.text("fit"));
      progress.at("epochs").get_to(result_.epochs);
      // JSON stores a number that is not finite as null.
      start_loss_ = number_or(progress.at("start_loss"), std::numeric_limits<double>::infinity());
      for (const auto& measure : progress.at("measures")) {
        measures_.push_back(number_or(measure, std::numeric_limits<double>::quiet_NaN()));
      }
    } catch (const nlohmann::json::exception& error) {
      throw Error(fmt::format("{}: not a checkpoint of fit(): {}", options_.checkpoint.string(), error.what()));
    }
    for (const double measure : measures_) stopping_.add(measure);
    result_.best_epoch = validation_ != nullptr ? stopping_.best_epoch() : result_.epochs;
    training_.optimizer().set_steps(std::int64_t{result_.epochs} * training_.trainer().steps_per_epoch());
    file.restore(network_.model(), training_.optimizer(), best_buffers());
  }

  Network& network_;
  const Dataset& train_;
  const Dataset* validation_;
  const FitOptions& options_;
  int batch_size_;
  Training training_;
  EarlyStopping stopping_;
  double start_loss_ = 0;
  std::vector<double> measures_;      // of the validation set, by epoch
  std::vector<Tensor> best_weights_;  // empty without a validation set
  std::optional<SavePoints> points_;  // empty without a checkpoint
  FitResult result_;
};

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
  if (network.output_names().empty()) network.set_output_names(trained.output_names);
  if (validation != nullptr) {
    network.require(*validation);
    require_fitting_targets(*validation, network.criterion());
  }
  return FitRun(network, trained, validation, options).run();
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
