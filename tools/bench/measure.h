#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "tools/bench/options.h"
#include "tools/bench/timed_training.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The measurements of one optimizer.
struct OptimizerMeasurements {
  OptimizerOptions optimizer = {};
  std::vector<std::vector<StepTimes>> rounds = {};  ///< each round: consecutive steps
  std::vector<double> iterations = {};              ///< by layer, see TimedTraining::iterations()
  std::vector<Product> products = {};
};

/// Memory of the first optimizer's training, in bytes.
struct MemoryMeasurements {
  std::size_t weights = 0;
  std::size_t batch = 0;
  std::size_t peak = 0;           ///< of the process from its start to the end of the steps
  std::size_t peak_of_steps = 0;  ///< of the process during the steps, after the setup
};

struct Measurements {
  std::vector<OptimizerMeasurements> optimizers;
  MemoryMeasurements memory;
  std::map<ProductShape, std::vector<double>> product_seconds;
};

/// Measures in rounds: a few steps of each optimizer in turn, then each plain product. Shows progress on a terminal.
/// Throws Error if TimedTraining does.
Measurements measure(const BenchOptions& options);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
