#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "framework/data/dataset.h"
#include "framework/data/target_normalization.h"
#include "models/network.h"
#include "models/training.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The result of one epoch of fit().
struct EpochReport {
  int epoch = 0;     ///< counted from 1
  Score train = {};  ///< over the epoch's batches, each scored before its step
  std::optional<Score> validation = {};
  bool best = false;   ///< whether it is the best so far on the validation set
  double seconds = 0;  ///< duration of its steps
};

struct FitOptions {
  int epochs = 20;
  /// Upper bound; a set of fewer than ten such batches is divided into equal batches. 0: one batch of all samples, as
  /// LevenbergMarquardt wants it.
  int batch_size = 100;
  std::uint64_t seed = 0;
  /// The validation set; nullptr: none. The network keeps the weights that were best on it.
  const Dataset* validation = nullptr;
  double hold_out = 0;   ///< without `validation`: the share of the training set to hold out as validation set
  int patience = 0;      ///< fit() stops after this many epochs without a new best; 0: it runs all epochs
  bool by_loss = false;  ///< choose the best epoch by validation loss; else by the task's accuracy or rmse
  /// How to standardise inputs and targets if the network is not standardised yet. nullopt: by the kind of the data.
  std::optional<Normalize> normalize = {};
  std::optional<NormalizeTargets> normalize_targets = {};
  /// A file that is written after each epoch, but at most every two seconds, and at the end. If it exists, from a call
  /// that ended early or had fewer epochs, the training continues from it bit for bit, as if it had not ended. Empty:
  /// no checkpoint.
  std::filesystem::path checkpoint = {};
  MakeOptimizer optimizer = {};                           ///< empty: SecondOrder with its defaults
  std::function<void(const Progress&)> on_step = {};      ///< after each step
  std::function<bool(const EpochReport&)> on_epoch = {};  ///< after each epoch; false ends the training
};

/// Finished: the optimizer has no further step that pays (StepSummary::finished).
enum class FitEnd { AllEpochs, Patience, Caller, Finished, Failure };

struct FitResult {
  FitEnd end = FitEnd::AllEpochs;
  std::string message = {};  ///< if finished, or after a numerical failure: one line with the reason and its numbers
  int epochs = 0;            ///< number of complete epochs
  int best_epoch = 0;        ///< the epoch whose weights the network has; without validation the last
  Score train = {};          ///< score of the network on the training set
  std::optional<Score> validation = {};
};

/// Trains the network from its present parameters. Standardises it for the data first, if that is not done yet. With a
/// validation set, the network ends with the weights of the best epoch, also after a numerical failure. Without one, it
/// ends with the last weights, or with the optimizer's average if there is one.
///
/// Throws UsageError if the data or the options do not fit, or the checkpoint belongs to another training; Error if the
/// checkpoint cannot be read or written.
FitResult fit(Network& network, const Dataset& train, const FitOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
