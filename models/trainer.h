#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/data/batch_loader.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "models/model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Loss and, by the task, accuracy or error over a number of samples. Where targets are standardised, the loss is of
/// these, and the error in the units of the data set.
struct Score {
  double loss = 0;           ///< mean over the samples
  double accuracy = 0;       ///< of classification: share of samples whose largest output is that of the target
  double squared_error = 0;  ///< else: mean over samples and outputs of (prediction - target)²; what predicts the
                             ///< target, the output or its sigmoid, says the criterion (Op::Targets)
  std::int64_t samples = 0;

  /// The score over both sets of samples.
  void add(const Score& other);
  /// "accuracy" or "rmse", the root of the squared error, and which of the two this is.
  [[nodiscard]] double measure(Task task) const;
  static std::string_view measure_name(Task task);
};

/// The score of the batch that the plan's last forward() ran. `target_scale` is BatchLoader::target_scale().
Score score_batch(const Plan& plan, const Model& model, Task task = Task::Classification,
                  ConstMatrixView target_scale = {});

/// Samples at a time for the evaluation of a network with layers of these sizes: 1000, or as many as keep the values of
/// the widest within 64 MiB, but at least 1.
int evaluation_batch(std::span<const int> layers);

/// The score over a whole data set, at most plan.batch() samples at a time.
Score evaluate(Plan& plan, const Model& model, BatchLoader& data);
/// The score over these of its samples.
Score evaluate(Plan& plan, const Model& model, BatchLoader& data, std::span<const int> chosen);

/// What an epoch has come to after one of its steps.
struct Progress {
  int step = 0;      ///< steps done in this epoch
  int steps = 0;     ///< steps of an epoch
  Score score = {};  ///< over the epoch's batches so far, each before its step
};

struct EpochSummary {
  bool complete = true;
  int steps = 0;             ///< steps taken
  std::string message = {};  ///< when not complete: one line saying why; empty where the caller ended it
};

/// Puts the numbers 0, 1, ... of samples into the order of an epoch, a function of seed and epoch alone.
void set_epoch_order(std::uint64_t seed, int epoch, std::vector<int>& order);

/// Trains by epochs: each goes through the data in a new random order, in batches of the plan's size. Samples left over
/// at the end of an order (fewer than a batch) are not used in that epoch. The order is set_epoch_order()'s.
class Trainer {
 public:
  /// Throws UsageError when the data has fewer samples than a batch.
  Trainer(const Model& model, Plan& plan, Optimizer& optimizer, BatchLoader& data, std::uint64_t seed);

  [[nodiscard]] int steps_per_epoch() const { return steps_; }

  /// Runs epoch number `epoch`. Ends early, with the parameters as the last good step left them, when the loss is not
  /// finite or the optimizer does not take a step.
  EpochSummary run_epoch(int epoch, const std::function<void(const Progress&)>& on_step = {});
  /// The same from step `first` of the epoch on (0: its first), until `go_on` says no after a step.
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
