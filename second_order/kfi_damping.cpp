#include "second_order/kfi_damping.h"

#include <cmath>

#include "second_order/damping.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary KfiDamping::split(double alpha, double output_mean, double input_mean, KfiDamping& damping) {
  for (const double mean : {output_mean, input_mean}) {
    if (!std::isfinite(mean)) return {.status = SolveStatus::NonFinite, .number = mean};
  }
  if (output_mean < 0) return {.status = SolveStatus::NotPositiveDefinite, .number = output_mean};
  const double pi = std::sqrt(damping_scale(input_mean) / damping_scale(output_mean));
  damping.output = static_cast<real>(std::sqrt(alpha) / pi);
  damping.input = static_cast<real>(std::sqrt(alpha) * pi);
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
