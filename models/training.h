#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "framework/data/batch_loader.h"
#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"
#include "models/network.h"
#include "models/trainer.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

using MakeOptimizer = std::function<std::unique_ptr<Optimizer>(Plan&)>;

/// The largest batch size up to `most` that divides a training set with few samples left over; `most` for large sets.
int fitting_batch_size(int samples, int most);

/// Why a training must not go on after an epoch with that loss: it is not finite, or ten times that of the first
/// weights. Empty where it may.
std::string far_above(double start_loss, double train_loss);

/// What trains a network on data that outlives it, epoch by epoch: for callers that fit() does not suit. The network
/// is standardised for the data before.
class Training {
 public:
  /// Throws UsageError where the data has fewer samples than a batch, or is not the network's.
  Training(Network& network, const Dataset& train, int batch_size, std::uint64_t seed,
           const MakeOptimizer& make_optimizer);

  [[nodiscard]] Optimizer& optimizer() { return *optimizer_; }
  [[nodiscard]] Trainer& trainer() { return trainer_; }

  /// Scores are those of the weights that predict: the optimizer's average where it has one.
  Score train_score();
  /// Over some samples of the training set.
  Score train_score(std::span<const int> samples);
  Score score(const Dataset& data);
  /// Of at most 1000 samples of the training set, before the first step: what later losses are compared with.
  double start_loss();

 private:
  Plan& evaluation() { return evaluation_ ? *evaluation_ : plan_; }

  Network& network_;
  Plan plan_;
  std::optional<Plan> evaluation_;  // unless plan_ evaluates too
  std::unique_ptr<Optimizer> optimizer_;
  BatchLoader train_;
  Trainer trainer_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
