#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tools/train/halving.h"
#include "tools/train/options.h"

/// What a search writes: settings.cfg, trials.txt and trials.csv.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// "alpha 0.02, learning-rate 0.1"
std::string format_settings(const Settings& settings);

/// A line a trial: number, settings, how far it came, and the loss at the end of each of `rungs`.
std::string format_trials(std::span<const Trial> trials, int rungs);
std::string trials_csv(std::span<const Trial> trials, int rungs);

/// The options that were given, but for those of the search itself, and the settings of the trial, as lines that
/// --config reads.
std::string format_config(const TrainOptions& options, const Trial& best);

class SearchFolder {
 public:
  explicit SearchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Throws UsageError when the folder already holds a search or a run, Error when it cannot be made.
  void create_new() const;
  /// The files, each replaced whole: settings.cfg where the first trial has not failed.
  void save(const TrainOptions& options, std::span<const Trial> trials, int rungs) const;
  /// What a trial goes on from.
  [[nodiscard]] std::filesystem::path checkpoint(const Trial& trial) const;
  void remove_checkpoints() const;
  [[nodiscard]] std::filesystem::path config() const;

 private:
  std::filesystem::path path_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
