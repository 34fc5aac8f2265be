#pragma once

#include <optional>
#include <string>

#include "framework/optimizers/optimizer.h"
#include "models/network.h"
#include "models/training.h"
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
/// The first two of these.
void require_fitting_run(const TrainOptions& options, const Dataset& train);

/// The network of the options, standardised as the data is, with what trains and evaluates it on data that outlives it.
class TrainingSession {
 public:
  TrainingSession(const TrainOptions& options, const TrainingData& data);

  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] Training& training() { return training_; }
  [[nodiscard]] Model& model() { return network_.model(); }
  [[nodiscard]] Optimizer& optimizer() { return training_.optimizer(); }
  [[nodiscard]] Trainer& trainer() { return training_.trainer(); }

  Score test_score() { return training_.score(data_.sets.test); }
  /// Nothing where there is no validation set.
  std::optional<Score> validation_score();

 private:
  const TrainingData& data_;
  Network network_;
  Training training_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
