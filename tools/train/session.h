#pragma once

#include <optional>
#include <string>

#include "framework/optimizers/optimizer.h"
#include "models/network.h"
#include "models/training.h"
#include "tools/train/options.h"

/// The parts of a training run, in the order in which tools/train creates them.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Sets the threads, the device and the task of the data, and checks that the layers fit the data, before anything is
/// loaded or written. Throws UsageError and Error.
void prepare(TrainOptions& options);

struct TrainingData {
  DatasetPair sets;
  Normalization normalization;
  NormalizeTargets normalize_targets = NormalizeTargets::None;
  Normalization targets;  ///< empty if targets are not standardised
};

/// Loads the data that the options name and prepares it.
TrainingData load_training_data(TrainOptions& options);
/// Holds out the samples for validation and, unless the batch size is given, fits it to a small training set. Throws
/// UsageError if the training set is smaller than a batch, the run has too few steps for its schedule, the criterion
/// does not allow the targets, or an option needs a validation set and there is none.
TrainingData prepare_training_data(TrainOptions& options, DatasetPair sets);
/// Checks the first two of these conditions.
void require_fitting_run(const TrainOptions& options, const Dataset& train);

/// The network of the options, with the standardisation of the data, and its training and evaluation. `data` must
/// outlive the session.
class TrainingSession {
 public:
  TrainingSession(const TrainOptions& options, const TrainingData& data);

  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] Training& training() { return training_; }
  [[nodiscard]] Model& model() { return network_.model(); }
  [[nodiscard]] Optimizer& optimizer() { return training_.optimizer(); }
  [[nodiscard]] Trainer& trainer() { return training_.trainer(); }

  Score test_score() { return training_.score(data_.sets.test); }
  /// Nothing if there is no validation set.
  std::optional<Score> validation_score();

 private:
  const TrainingData& data_;
  Network network_;
  Training training_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
