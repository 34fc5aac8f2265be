#pragma once

#include <string>

#include "models/early_stopping.h"
#include "models/trainer.h"
#include "tools/train/options.h"
#include "tools/train/run_folder.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Finds the best epoch of a run by its validation set (--best-by), and when to stop (--patience).
class BestEpoch {
 public:
  explicit BestEpoch(const TrainOptions& options);

  /// Adds the epochs that a resumed run has already finished.
  void follow(const RunState& state);
  void add(const Score& validation);
  [[nodiscard]] bool should_stop() const { return stopping_.should_stop(); }
  /// The column of metrics.csv that decides which epoch is the best.
  [[nodiscard]] std::string column() const { return "validation_" + measure_; }
  [[nodiscard]] double value() const { return stopping_.best(); }
  /// From 1; 0 if there is none yet.
  [[nodiscard]] int epoch() const { return stopping_.best_epoch(); }
  /// The best epoch and its measures, for people.
  [[nodiscard]] std::string describe(const RunState& state) const;

 private:
  Task task_;
  std::string measure_;  // loss, accuracy or rmse
  EarlyStopping stopping_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
