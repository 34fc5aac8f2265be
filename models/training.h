#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "framework/data/dataset.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "models/network.h"
#include "models/trainer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

using MakeOptimizer = std::function<std::unique_ptr<Optimizer>(Plan&)>;

/// The largest batch size up to `most` that divides a training set with few samples left over; `most` for large sets.
int fitting_batch_size(int samples, int most);

/// Returns why a training must stop after an epoch with the loss `train_loss`: the loss is not finite, or it exceeds
/// ten times that of the initial weights. Returns an empty text if the training may go on.
std::string far_above(double start_loss, double train_loss);

/// Trains a network epoch by epoch, for callers that fit() does not suit. The data must outlive this object, and the
/// network must already be standardised for the data.
class Training {
 public:
  /// Throws UsageError if the data has fewer samples than a batch, or does not fit the network.
  Training(Network& network, const Dataset& train, int batch_size, std::uint64_t seed,
           const MakeOptimizer& make_optimizer);
  ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;
  Training(Training&&) = delete;
  Training& operator=(Training&&) = delete;

  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }
  [[nodiscard]] Trainer& trainer() { return trainer_; }

  /// Scores use the weights that predict: the optimizer's average if it has one.
  Score train_score();
  /// The score over some samples of the training set.
  Score train_score(std::span<const int> samples);
  Score score(const Dataset& data);
  /// The loss over at most 1000 samples of the training set before the first step. Later losses are compared with it.
  double start_loss();

 private:
  Plan& evaluation() { return evaluation_ ? *evaluation_ : plan_; }

  Network& network_;
  Plan plan_;
  std::optional<Plan> evaluation_;  // empty if plan_ evaluates too
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<BatchLoader> train_;
  Trainer trainer_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
