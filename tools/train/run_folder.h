#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/io/folder_lock.h"
#include "framework/optimizers/optimizer.h"
#include "models/checkpoint.h"
#include "models/network.h"
#include "models/trainer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The scores after an epoch.
struct EpochScores {
  Score train;
  Score test;
  std::optional<Score> validation = {};  ///< if there is a validation set
};

/// The progress of a run.
struct RunState {
  Task task = Task::Classification;
  int epoch = 0;        ///< complete epochs
  int epoch_steps = 0;  ///< steps of the next epoch, which was interrupted
  std::int64_t step = 0;
  double seconds = 0;     ///< of training, without evaluation
  double start_loss = 0;  ///< of the initial weights, over some training samples
  std::string metrics = header(task, /*validated=*/false);
  Settings given = {};  ///< TrainOptions::given(), with which a later call continues the run

  /// The first line of metrics.csv. It names accuracies, or for other tasks rmse, and has columns for validation if
  /// there is any.
  static std::string header(Task task, bool validated);
  /// Adds the row of a finished epoch to metrics.csv.
  void add_row(const EpochScores& scores);
  /// A column of metrics.csv, such as "train_loss", with one value per epoch.
  [[nodiscard]] std::vector<double> column(std::string_view name) const;
};

/// A run's folder with metrics.csv, model.safetensors, checkpoint.safetensors and, with validation, best.safetensors.
/// Files are replaced whole, the checkpoint first. Only the checkpoint is read again, and it also holds the metrics. So
/// a run can be killed at any moment: resuming it writes the other files again.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Creates the folder and makes this process its owner, see FolderLock. Throws UsageError if it already holds a run,
  /// and Error if it cannot be created or another process owns it.
  void create_new();
  /// The same, for a run that continues the one in the folder `from`. The two may be the same folder.
  void create_to_resume(const std::filesystem::path& from);

  void save_checkpoint(const RunState& state, const Settings& settings, const Model& model, Optimizer& optimizer) const;
  /// Saves the model of the best epoch so far. If the checkpoint is of the same epoch, this comes after it: a run that
  /// is killed between the two still has the network when it resumes, and saves it. If the checkpoint is of a later
  /// epoch, this comes before it, because no checkpoint has the network.
  void save_best(const Network& network, const ModelMetadata& metadata) const;
  /// Copies the best model from the folder of the run that is continued here. Throws Error if that folder has none.
  void copy_best(const std::filesystem::path& from) const;
  void save_results(const RunState& state, const Network& network) const;

  /// Restores model and optimizer; the caller sets the state's task. `given`: TrainOptions::given() of this call.
  /// Throws UsageError if the run in the folder has other settings, and names the option that was changed. Throws Error
  /// if there is no run or its checkpoint does not fit.
  [[nodiscard]] RunState load_checkpoint(const Settings& settings, const Settings& given, Model& model,
                                         Optimizer& optimizer) const;

 private:
  void lock();

  std::filesystem::path path_;
  std::unique_ptr<FolderLock> lock_;
};

/// Throws Error if the folder holds no run to resume.
void require_run(const std::filesystem::path& folder);

/// TrainOptions::given() of the run in a folder; empty if there is none, or one of a version that did not store it.
/// Throws Error if its checkpoint cannot be used.
Settings given_to_run(const std::filesystem::path& folder);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
