#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "framework/data/batch_loader.h"
#include "framework/optimizer.h"
#include "framework/plan.h"
#include "models/model.h"
#include "models/trainer.h"
#include "tools/train/options.h"

/// What tools/train works with, in the order that it is made.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Threads, the device, the task that the data is for, and whether the layers fit it, before anything is loaded or
/// written (UsageError, Error).
void prepare(TrainOptions& options);

struct TrainingData {
  DatasetPair sets;
  Normalization normalization;
  NormalizeTargets normalize_targets = NormalizeTargets::None;
  Normalization targets;  ///< empty where targets are the data's
};

/// Loads the data that the options name and prepares it.
TrainingData load_training_data(TrainOptions& options);
/// Holds out the samples for validation, and fits the batch size to a small training set where it is not given. Throws
/// UsageError where the training set has no batch, a run too few steps for its schedule, the data targets that the
/// criterion is not for, or where there is no validation set for options that need one.
TrainingData prepare_training_data(TrainOptions& options, DatasetPair sets);
/// The largest batch size up to `most` that divides a training set with few samples left over; `most` for large sets.
int fitting_batch_size(int samples, int most);
/// The first two of these.
void require_fitting_run(const TrainOptions& options, const Dataset& train);

/// Why a run must not go on after an epoch with that training loss: it is not finite, or ten times that of the first
/// weights. Empty where it may.
std::string far_above(double start_loss, double train_loss);

/// A network and what trains and evaluates it on data that outlives it. Parameters are zero at first.
class TrainingSession {
 public:
  TrainingSession(const TrainOptions& options, const TrainingData& data);

  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }
  [[nodiscard]] Trainer& trainer() { return trainer_; }

  /// Scores are those of the weights that predict: the optimizer's average where it has one.
  Score train_score();
  /// Over some samples of the training set.
  Score train_score(std::span<const int> samples);
  Score test_score();
  /// Nothing where there is no validation set.
  std::optional<Score> validation_score();
  /// Of at most 1000 samples of the training set: what later losses are compared with.
  double start_loss();

 private:
  Score score_of(const Dataset& set);
  Plan& evaluation() { return evaluation_ ? *evaluation_ : plan_; }

  const TrainingData& data_;
  Model model_;
  Plan plan_;
  std::optional<Plan> evaluation_;  // unless plan_ evaluates too
  std::unique_ptr<Optimizer> optimizer_;
  BatchLoader train_;
  Trainer trainer_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
