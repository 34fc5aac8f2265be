#include "second_order/kfi_damping.h"

#include <cmath>

#include "second_order/trace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary KfiDamping::split(const WeightSystem& system, const RowSpace& space, KfiDamping& damping) {
  const double output_trace = trace(system.G);
  const double input_mean = space.input_mean();
  for (const double trace : {output_trace, input_mean}) {
    if (!std::isfinite(trace)) return {.status = SolveStatus::NonFinite, .number = trace};
  }
  const double output_mean = output_trace / system.G.rows;
  if (output_mean < 0) return {.status = SolveStatus::NotPositiveDefinite, .number = output_mean};
  const double pi = output_mean > 0 && input_mean > 0 ? std::sqrt(input_mean / output_mean) : 1;
  damping.output = static_cast<real>(std::sqrt(system.damping) / pi);
  damping.input = static_cast<real>(std::sqrt(system.damping) * pi);
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
