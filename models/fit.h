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

/// What an epoch of fit() has come to.
struct EpochReport {
  int epoch = 0;     ///< from 1
  Score train = {};  ///< over the epoch's batches, each before its step
  std::optional<Score> validation = {};
  bool best = false;   ///< the best so far, by the validation set
  double seconds = 0;  ///< of its steps
};

struct FitOptions {
  int epochs = 20;
  int batch_size = 100;  ///< at most; a set of fewer than ten such batches is divided into equal ones
  std::uint64_t seed = 0;
  /// nullptr: none. The network keeps the weights that were best on it.
  const Dataset* validation = nullptr;
  double hold_out = 0;   ///< without `validation`: the share of the training set that takes its place
  int patience = 0;      ///< epochs without a new best before fit() stops; 0: all epochs are run
  bool by_loss = false;  ///< what is best has the lowest validation loss, else the task's best accuracy or rmse
  /// Of a network that is not standardised yet: what inputs and targets are standardised by; nothing: by their kind.
  std::optional<Normalize> normalize = {};
  std::optional<NormalizeTargets> normalize_targets = {};
  /// A file that is written after each epoch. Where it is there already, from a call that has ended early or with fewer
  /// epochs, the training goes on from it, bit for bit as if it had not ended. Empty: none.
  std::filesystem::path checkpoint = {};
  MakeOptimizer optimizer = {};                           ///< empty: SecondOrder with its defaults
  std::function<void(const Progress&)> on_step = {};      ///< after each step
  std::function<bool(const EpochReport&)> on_epoch = {};  ///< after each epoch; false ends the training
};

enum class FitEnd { AllEpochs, Patience, Caller, Failure };

struct FitResult {
  FitEnd end = FitEnd::AllEpochs;
  std::string message = {};  ///< of a numerical failure: one line with its numbers and what helps
  int epochs = 0;            ///< complete ones
  int best_epoch = 0;        ///< whose weights the network has; without validation the last
  Score train = {};          ///< of the network, over the training set
  std::optional<Score> validation = {};
};

/// Trains the network, from the parameters that it has. Standardises it for the data where it is not standardised yet.
/// With a validation set the network ends with the weights of the best epoch, also after a numerical failure; without
/// one with the last, or the optimizer's average of them.
///
/// Throws UsageError where the data is not the network's, where options do not fit, or where the checkpoint is of
/// another training; Error where it cannot be read or written.
FitResult fit(Network& network, const Dataset& train, const FitOptions& options = {});

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
