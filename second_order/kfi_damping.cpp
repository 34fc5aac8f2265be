#include "second_order/kfi_damping.h"

#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

SolveSummary KfiDamping::split(double alpha, double output_mean, double input_mean, KfiDamping& damping) {
  for (const double mean : {output_mean, input_mean}) {
    if (!std::isfinite(mean)) return {.status = SolveStatus::NonFinite, .number = mean};
  }
  if (output_mean < 0) return {.status = SolveStatus::NotPositiveDefinite, .number = output_mean};
  const double pi = output_mean > 0 && input_mean > 0 ? std::sqrt(input_mean / output_mean) : 1;
  damping.output = static_cast<real>(std::sqrt(alpha) / pi);
  damping.input = static_cast<real>(std::sqrt(alpha) * pi);
  return {};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
