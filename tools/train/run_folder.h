#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/optimizers/optimizer.h"
#include "models/checkpoint.h"
#include "models/network.h"
#include "models/trainer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What an epoch has come to.
struct EpochScores {
  Score train;
  Score test;
  std::optional<Score> validation = {};  ///< where there is such a set
};

/// How far a run has come.
struct RunState {
  Task task = Task::Classification;
  int epoch = 0;
  std::int64_t step = 0;
  double seconds = 0;     ///< of training, evaluation not counted
  double start_loss = 0;  ///< of the first weights, over some training samples
  std::string metrics = header(task, /*validated=*/false);

  /// The first line of metrics.csv: with accuracies, or for other tasks rmse. Validation has columns where there is
  /// some.
  static std::string header(Task task, bool validated);
  /// Closes an epoch: its row of metrics.csv.
  void add_row(const EpochScores& scores);
  /// A column of metrics.csv, such as "train_loss", a value an epoch.
  [[nodiscard]] std::vector<double> column(std::string_view name) const;
};

/// A run's folder: metrics.csv, model.safetensors, checkpoint.safetensors, with validation best.safetensors. Files are
/// replaced whole, the checkpoint first. It alone is read again and holds the metrics too, so whatever moment a kill
/// comes at, resuming writes the others anew.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Throws UsageError when the folder already holds a run, Error when it cannot be made.
  void create_new() const;
  /// Makes the folder when missing; may hold a run, which will be replaced.
  void create() const;

  void save_checkpoint(const RunState& state, const Settings& settings, const Model& model, Optimizer& optimizer) const;
  /// The model of the best epoch so far. It comes after the checkpoint of that epoch: after a kill between the two, the
  /// run that resumes has the network and writes it.
  void save_best(const Network& network, const ModelMetadata& metadata) const;
  /// Takes the best model over from the folder of the run that is continued here. Error where it holds none.
  void copy_best(const std::filesystem::path& from) const;
  void save_results(const RunState& state, const Network& network) const;

  /// Restores model and optimizer; the state's task is left to the caller. Throws UsageError when the run there has
  /// other settings, Error when there is none or its checkpoint does not fit.
  [[nodiscard]] RunState load_checkpoint(const Settings& settings, Model& model, Optimizer& optimizer) const;

 private:
  std::filesystem::path path_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
