#pragma once

#include <array>
#include <functional>
#include <vector>

#include "framework/plan.h"
#include "models/model.h"
#include "second_order/second_order.h"
#include "tools/bench/options.h"
#include "tools/bench/products.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Seconds of a step, and of its phases by kPhases; 0 for those that it does not have.
struct StepTimes {
  std::array<double, kPhases.size()> phases{};
  double step = 0;
};

/// A network of its own, with a batch of data and an optimizer, that takes steps by the clock.
class TimedTraining {
 public:
  TimedTraining(const BenchOptions& options, const OptimizerOptions& optimizer);

  /// The next step or, where not all do the same, the mean of the next period(). Throws Error where the loss is not
  /// finite or the optimizer fails.
  StepTimes step();

  /// Takes such a step, and says which products it has asked for. They cost no time of other steps.
  std::vector<Product> products();

  /// Of the weight solver, by layer, mean over all steps; 0 for a direct one.
  [[nodiscard]] std::vector<double> iterations() const;
  /// Bytes.
  [[nodiscard]] std::size_t weights_size() const;
  [[nodiscard]] std::size_t batch_size() const;

 private:
  /// `end_phase` is called after each phase.
  StepTimes single_step(const std::function<void(Phase)>& end_phase = {});

  OptimizerOptions options_;
  int period_ = 1;
  Model model_;
  Plan plan_;
  std::unique_ptr<Optimizer> optimizer_;
  SecondOrder* second_order_;          // the optimizer, where it is one
  std::vector<long long> iterations_;  // by layer
  long long steps_ = 0;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
