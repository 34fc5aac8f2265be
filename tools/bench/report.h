#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure.h"
#include "tools/measure/statistics.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The time of a step or of one of its phases.
struct TimeReport {
  Quartiles seconds = {};
  double flops = 0;            ///< of its products
  double product_seconds = 0;  ///< of its products at the rate of plain products of the same shapes
};

struct PhaseReport {
  Phase phase = Phase::Forward;
  TimeReport time = {};
};

struct OptimizerReport {
  OptimizerOptions optimizer = {};
  std::vector<PhaseReport> phases = {};  ///< those that the optimizer has
  TimeReport step = {};
  Quartiles samples_per_second = {};
  /// The step time of the first optimizer divided by that of this one, from the medians of each round.
  Quartiles ratio = {};
  std::vector<double> iterations = {};
};

struct PlainProduct {
  ProductShape shape = {};
  Quartiles seconds = {};
};

/// What the tool reports.
struct BenchReport {
  std::string processor = {};
  std::string blas = {};
  int threads = 0;
  std::vector<OptimizerReport> optimizers = {};
  MemoryMeasurements memory = {};
  std::vector<PlainProduct> products = {};
};

BenchReport make_report(const BenchOptions& options, const Measurements& measured);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
