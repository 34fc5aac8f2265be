#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The result of one step.
struct StepSummary {
  bool taken = true;
  /// Whether no further step on the same samples pays. If they are all there are, the training is complete.
  bool finished = false;
  /// When not taken: one line that names the layer, what failed and the number. When finished: one with the reason.
  std::string message = {};
};

/// A buffer that must be saved and restored for a run to continue bit for bit.
struct NamedState {
  std::string name;
  MatrixView values;
};

class WeightAverage;

/// Changes the parameters of a plan's graph, by the results of the plan's last backward().
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  Optimizer(Optimizer&&) = delete;
  Optimizer& operator=(Optimizer&&) = delete;
  virtual ~Optimizer() = default;

  /// Changes all parameters, or none if it reports a numerical failure.
  virtual StepSummary step() = 0;
  virtual std::vector<NamedState> state() { return {}; }
  /// One line for people, of what it computes and holds for its plan beyond its name and options; may be empty.
  [[nodiscard]] virtual std::string describe() const { return {}; }
  /// The average that predicts in place of the parameters, from the first step on; nullptr if the parameters predict.
  virtual WeightAverage* average() { return nullptr; }
  /// Whether step() copes with a loss that is not finite, by going back to parameters with a finite loss.
  [[nodiscard]] virtual bool copes_with_any_loss() const { return false; }
  /// Sets how many steps a resumed run has taken. Schedules and random draws go on from there.
  void set_steps(std::int64_t steps) { steps_ = steps; }

 protected:
  std::int64_t steps_ = 0;  ///< number of steps taken; step() increments it
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
