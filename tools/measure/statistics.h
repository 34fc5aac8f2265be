#pragma once

#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

/// The quartiles of at least one number, interpolated between neighbours.
Quartiles quartiles(std::vector<double> numbers);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
