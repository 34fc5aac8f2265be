#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/matrix_view.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What became of one step.
struct StepSummary {
  bool taken = true;
  std::string message = {};  ///< when not taken: one line that names the layer, what failed and the number
};

/// A buffer that must be saved and restored for a run to continue bit for bit.
struct NamedState {
  std::string name;
  MatrixView values;
};

class WeightAverage;

/// Changes the parameters of a plan's graph by what the plan's last backward() left.
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  Optimizer(Optimizer&&) = delete;
  Optimizer& operator=(Optimizer&&) = delete;
  virtual ~Optimizer() = default;

  /// All parameters are changed, or, where a numerical failure is reported, none.
  virtual StepSummary step() = 0;
  virtual std::vector<NamedState> state() { return {}; }
  /// The average that predicts in place of the parameters, from the first step on; nullptr where they do so themselves.
  virtual WeightAverage* average() { return nullptr; }
  /// Whether step() copes with a loss that is not finite: it goes back to parameters that had one that was.
  [[nodiscard]] virtual bool copes_with_any_loss() const { return false; }
  /// How many steps a run that is resumed has taken: schedules and what draws random numbers go on from there.
  void set_steps(std::int64_t steps) { steps_ = steps; }

 protected:
  std::int64_t steps_ = 0;  ///< taken, which step() counts on
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
