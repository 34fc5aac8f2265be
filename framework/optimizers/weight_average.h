#pragma once

#include <cstdint>
#include <vector>

#include "framework/graph.h"
#include "framework/optimizers/optimizer.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// A running mean θ̄ of a graph's parameters θ over about the last `share` of the steps of a training, however long it
/// is. It predicts better than the last parameters, which steps over small batches scatter around a valley (Polyak and
/// Juditsky 1992). With weights that fall with the step s (Shamir and Zhang 2013),
///
///   θ̄ ← θ̄ + w (θ - θ̄),   w = Δ/(share s + Δ),
///
/// where Δ is the number of steps since the last call: 1 at first, then 10, as neighbouring steps say the same.
class WeightAverage {
 public:
  /// Throws UsageError unless 0 < share < 1.
  WeightAverage(Graph& graph, double share);

  /// Takes θ before step number `step`, from 0, where it is due.
  void add(std::int64_t step);
  /// Whether add() takes θ there.
  [[nodiscard]] static bool due(std::int64_t step) { return step < kDense || step % kSparse == 0; }
  /// Steps from one call that counts to the next, but at first.
  static constexpr int kSparse = 10;
  /// The first step that this holds for.
  static constexpr std::int64_t kDense = 100;

  /// θ = θ̄
  void restore() const;
  /// Exchanges θ and θ̄.
  void swap();
  /// What a checkpoint keeps.
  std::vector<NamedState> state();

 private:
  Graph* graph_;
  double share_;
  std::vector<Tensor> means_;  // by parameter
};

/// While it lives, a graph's parameters are the optimizer's average, where that has one.
class AveragedWeights {
 public:
  explicit AveragedWeights(Optimizer& optimizer) : average_(optimizer.average()) {
    if (average_ != nullptr) average_->swap();
  }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;
  AveragedWeights(AveragedWeights&&) = delete;
  AveragedWeights& operator=(AveragedWeights&&) = delete;
  ~AveragedWeights() {
    if (average_ != nullptr) average_->swap();
  }

 private:
  WeightAverage* average_;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
