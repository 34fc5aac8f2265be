#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tools/train/halving.h"
#include "tools/train/options.h"
#include "tools/train/run_folder.h"

/// The files that a search writes: settings.cfg, trials.txt and trials.csv.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "alpha 0.02, learning-rate 0.1"
std::string format_settings(const Settings& settings);

/// One line per trial: number, settings, progress, and the loss at the end of each of `rungs`.
std::string format_trials(std::span<const Trial> trials, int rungs);
std::string trials_csv(std::span<const Trial> trials, int rungs);

/// The given options, except those of the search itself, and the settings of the trial, as lines for --config.
std::string format_config(const TrainOptions& options, const Trial& best);

class SearchFolder {
 public:
  explicit SearchFolder(std::filesystem::path path) : path_(std::move(path)), folder_(path_) {}

  /// Creates the folder and makes this process its owner, see FolderLock. Throws UsageError if it already holds a run
  /// or a search that is complete, and Error if it cannot be created or another process owns it.
  void create();
  /// Writes the files, each replaced whole; settings.cfg only if the first trial has not failed.
  void save(const TrainOptions& options, std::span<const Trial> trials, int rungs) const;
  /// The state of a search that is not complete, see search_state.h.
  [[nodiscard]] std::filesystem::path state() const;
  /// The checkpoint from which a trial continues.
  [[nodiscard]] std::filesystem::path checkpoint(const Trial& trial) const;
  /// Removes the state and the checkpoints of a search that is complete.
  void complete() const;
  [[nodiscard]] std::filesystem::path config() const;

 private:
  std::filesystem::path path_;
  RunFolder folder_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
