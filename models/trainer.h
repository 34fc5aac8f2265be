#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/task.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

class BatchLoader;

/// Loss and, depending on the task, accuracy or error over a number of samples. If targets are standardised, the loss
/// refers to the standardised targets, and the error is in the units of the data set.
struct Score {
  double loss = 0;           ///< mean over the samples
  double accuracy = 0;       ///< for classification: share of samples whose largest output is the target's class
  double squared_error = 0;  ///< else: mean of (prediction - target)² over samples and outputs; the criterion says
                             ///< whether the output or its sigmoid predicts the target (Op::Targets)
  std::int64_t samples = 0;

  /// Makes this the score over both sets of samples.
  void add(const Score& other);
  /// The accuracy or the rmse, the root of the squared error. measure_name() is "accuracy" or "rmse".
  [[nodiscard]] double measure(Task task) const;
  static std::string_view measure_name(Task task);
};

/// The score of the batch that the plan's last forward() ran. `target_scale` is BatchLoader::target_scale().
Score score_batch(const Plan& plan, const Model& model, Task task = Task::Classification,
                  ConstMatrixView target_scale = {});

/// How many samples to evaluate at a time, for a network with layers of these sizes: 1000, or as many as keep the
/// values of the widest layer within 64 MiB, but at least 1.
int evaluation_batch(std::span<const int> layers);

/// The score over a whole data set, at most plan.batch() samples at a time.
Score evaluate(Plan& plan, const Model& model, BatchLoader& data);
/// The score over the samples `chosen` of the data set.
Score evaluate(Plan& plan, const Model& model, BatchLoader& data, std::span<const int> chosen);

/// The progress of an epoch after one of its steps.
struct Progress {
  int step = 0;      ///< steps done in this epoch
  int steps = 0;     ///< steps of an epoch
  Score score = {};  ///< over the epoch's batches so far, each scored before its step
};

struct EpochSummary {
  bool complete = true;
  int steps = 0;             ///< steps taken
  std::string message = {};  ///< if not complete: one line that says why; empty if the caller ended the epoch
  /// One line with the reason if the optimizer has finished (StepSummary) and an epoch is one batch, else empty.
  std::string finished = {};
};

/// Fills `order` with the sample numbers 0, 1, ... in the order of an epoch, which depends on seed and epoch alone.
void set_epoch_order(std::uint64_t seed, int epoch, std::vector<int>& order);

/// Trains by epochs. Each goes through the data in a new random order, that of set_epoch_order(), in batches of the
/// plan's size. The samples left over at the end of the order (fewer than a batch) are not used in that epoch.
class Trainer {
 public:
  /// Throws UsageError when the data has fewer samples than a batch.
  Trainer(const Model& model, Plan& plan, Optimizer& optimizer, BatchLoader& data, std::uint64_t seed);

  [[nodiscard]] int steps_per_epoch() const { return steps_; }

  /// Runs epoch number `epoch`. Ends early, with the parameters as the last good step left them, when the loss is not
  /// finite or the optimizer does not take a step.
  EpochSummary run_epoch(int epoch, const std::function<void(const Progress&)>& on_step = {});
  /// The same from step `first` of the epoch on (0: the first step), until `go_on` returns false after a step.
  EpochSummary run_part(int epoch, int first, const std::function<bool(const Progress&)>& go_on);

 private:
  const Model& model_;
  Plan& plan_;
  Optimizer& optimizer_;
  BatchLoader& data_;
  std::uint64_t seed_;
  int steps_;
  std::vector<int> order_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
