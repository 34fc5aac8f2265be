#include "tools/reproduce/hessian_errors.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include <fmt/core.h>

#include "framework/data/batch_loader.h"
#include "framework/error.h"
#include "framework/index.h"
#include "models/mlp.h"
#include "models/trainer.h"
#include "tools/reproduce/block_errors.h"
#include "tools/reproduce/errors_folder.h"
#include "tools/reproduce/measure_progress.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Mean seconds of one kind of work, again and again.
class Pace {
 public:
  template <class Work>
  void time(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ++count_;
  }
  [[nodiscard]] double seconds() const { return count_ > 0 ? seconds_ / count_ : 0; }

 private:
  double seconds_ = 0;
  int count_ = 0;
};

/// A network at one update after the other of what Trainer would make of it.
class MeasuredTraining {
 public:
  explicit MeasuredTraining(const HessianErrorsOptions& options)
      : options_(options),
        model_(mlp(options.layers, *options.activation, *options.criterion)),
        plan_(*model_.graph, model_.loss, options.batch_size, Plan::Buffers::ValuesAndDeltas),
        optimizer_(make_optimizer(options.optimizer, plan_, options.seed)),
        loader_(*options.train, fit_normalization(*options.train, options.normalize)),
        errors_(plan_, *options.criterion, options.seed),
        order_(to_index(options.train->size())) {
    initialize_xavier(*model_.graph, options.seed);
  }

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }

  /// Values and gradients of the update's batch. Throws Error where the loss is not finite.
  void evaluate(int update) {
    loader_.load(batch(update), plan_.input(model_.input), plan_.input(model_.target));
    plan_.forward();
    if (!std::isfinite(loss())) throw Error(fmt::format("the loss is {}, expected a finite number", loss()));
    plan_.backward();
  }

  [[nodiscard]] double loss() const { return plan_.mean_loss(); }

  std::vector<CurvatureErrors> measure(int update) { return errors_.measure(static_cast<std::uint64_t>(update)); }

  /// Throws Error where the optimizer does not take it.
  void step() {
    if (const StepSummary summary = optimizer_->step(); !summary.taken) throw Error(summary.message);
  }

 private:
  std::span<const int> batch(int update) {
    const int steps = options_.train->size() / options_.batch_size;
    if (const int epoch = update / steps + 1; epoch != epoch_) {
      set_epoch_order(options_.seed, epoch, order_);
      epoch_ = epoch;
    }
    const auto size = to_index(options_.batch_size);
    return std::span<const int>(order_).subspan(to_index(update % steps) * size, size);
  }

  const HessianErrorsOptions& options_;
  Model model_;
  Plan plan_;
  std::unique_ptr<Optimizer> optimizer_;
  BatchLoader loader_;
  BlockErrors errors_;
  std::vector<int> order_;
  int epoch_ = 0;
};

void require_sensible(const HessianErrorsOptions& options) {
  if (options.updates < 1 || options.every < 1) {
    throw UsageError(
        fmt::format("{} updates, measured every {}: expected at least 1 each", options.updates, options.every));
  }
  if (options.batch_size < 1 || options.batch_size > options.train->size()) {
    throw UsageError(fmt::format("batch size {}: expected from 1 to the {} samples of {}", options.batch_size,
                                 options.train->size(), options.train->name));
  }
  if (options.layers.front() != options.train->features || options.layers.back() != options.train->classes) {
    throw UsageError(fmt::format("layers {}: expected from {} inputs to {} outputs, the features and classes of {}",
                                 format_layers(options.layers), options.train->features, options.train->classes,
                                 options.train->name));
  }
}

void run(const HessianErrorsOptions& options, const ErrorsFolder& folder, MeasuredErrors& measured) {
  MeasuredTraining training(options);
  folder.restore(training.model(), training.optimizer());
  const int first = std::max(measured.update, 0);
  const int last = last_measured(options);
  training.optimizer().set_steps(first);

  const auto share = [last](int updates) { return static_cast<double>(updates) / (last + 1); };
  MeasureProgress progress(options.folder.filename().string(), share(measured.update + 1));
  Pace steps;
  Pace measurements;
  Pace saves;
  for (int update = first;; ++update) {
    const auto numerical = [&](Pace& pace, const auto& work) {
      try {
        pace.time(work);
      } catch (const UsageError&) {
        throw;
      } catch (const Error& error) {
        throw NumericalError(fmt::format("update {}: {}", update, error.what()));
      }
    };
    numerical(steps, [&] { training.evaluate(update); });
    if (update % options.every == 0 && update > measured.update) {
      numerical(measurements, [&] { measured.add(update, training.loss(), training.measure(update)); });
      saves.time([&] { folder.save(measured, training.model(), training.optimizer()); });
    }
    const int measurements_left = (last - measured.update) / options.every;
    // A step is two pieces of work.
    progress.show(
        share(update + 1),
        2 * (last - update) * steps.seconds() + measurements_left * (measurements.seconds() + saves.seconds()),
        fmt::format("update {} of {}, loss {:.4f}", update, last, training.loss()));
    if (update == last) return;
    numerical(steps, [&] { training.step(); });
  }
}

}  // namespace

OptimizerOptions pch_1_with_ea_cg() { return {paper_options()}; }

void measure_hessian_errors(const HessianErrorsOptions& options) {
  require_sensible(options);
  const ErrorsFolder folder(options);
  MeasuredErrors measured = folder.load();
  if (measured.update >= last_measured(options)) {
    folder.save_results(measured, {});
    return;
  }
  try {
    run(options, folder, measured);
  } catch (const NumericalError& error) {
    folder.save_results(measured, error.what());
    throw NumericalError(fmt::format("{}: {}; what was measured before stays", options.folder.string(), error.what()));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
