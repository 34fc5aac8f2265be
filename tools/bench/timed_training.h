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

/// Seconds of a step, and of its phases in the order of kPhases; 0 for phases that it does not have.
struct StepTimes {
  std::array<double, kPhases.size()> phases{};
  double step = 0;
};

/// A network with its own batch of data and optimizer, whose training steps are timed.
class TimedTraining {
 public:
  TimedTraining(const BenchOptions& options, const OptimizerOptions& optimizer);

  /// Takes and times the next step or, if steps differ, the next period() steps, and returns their mean. Throws Error
  /// if the loss is not finite or the optimizer fails.
  StepTimes step();

  /// Takes such steps and returns the products that they request. Other steps do not pay for the log.
  std::vector<Product> products();

  /// Mean iterations of the weight solver over all steps, by layer; 0 for a direct solver.
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
  SecondOrder* second_order_;          // the optimizer, if it is second-order
  std::vector<long long> iterations_;  // by layer
  long long steps_ = 0;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
