#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "tools/bench/options.h"
#include "tools/bench/timed_training.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of one optimizer.
struct OptimizerMeasurements {
  OptimizerOptions optimizer = {};
  std::vector<std::vector<StepTimes>> rounds = {};  ///< steps that followed each other
  std::vector<double> iterations = {};              ///< by layer, as TimedTraining has them
  std::vector<Product> products = {};
};

/// Bytes, of the first optimizer's training.
struct MemoryMeasurements {
  std::size_t weights = 0;
  std::size_t batch = 0;
  std::size_t peak = 0;           ///< of the process from its start through the steps
  std::size_t peak_of_steps = 0;  ///< of the process in the steps, once all is set up
};

struct Measurements {
  std::vector<OptimizerMeasurements> optimizers;
  MemoryMeasurements memory;
  std::map<ProductShape, std::vector<double>> product_seconds;
};

/// Rounds of a few steps of each optimizer in turn and of each plain product. Shows progress on a terminal. Throws
/// Error where TimedTraining does.
Measurements measure(const BenchOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
