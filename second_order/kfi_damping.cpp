#include "second_order/kfi_damping.h"

#include <cmath>

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary KfiDamping::split(const WeightSystem& system, const RowSpace& space, KfiDamping& damping) {
  const std::size_t n = static_cast<std::size_t>(system.G.rows);
  const real* G = system.G.data;
  const double output_trace =
      sum_over_index<double>(n, [=] CURVEGRAPH_DEVICE(std::size_t i) { return static_cast<double>(G[i * (n + 1)]); });
  const double input_trace = space.trace();
  for (const double trace : {output_trace, input_trace}) {
    if (!std::isfinite(trace)) return {.status = SolveStatus::NonFinite, .number = trace};
  }
  const double output_mean = output_trace / static_cast<double>(n);
  if (output_mean < 0) return {.status = SolveStatus::NotPositiveDefinite, .number = output_mean};
  const double input_mean = input_trace / system.input.rows;
  const double pi = output_mean > 0 && input_mean > 0 ? std::sqrt(input_mean / output_mean) : 1;
  damping.output = static_cast<real>(std::sqrt(system.alpha) / pi);
  damping.input = static_cast<real>(std::sqrt(system.alpha) * pi);
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
