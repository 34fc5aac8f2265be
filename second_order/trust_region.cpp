#include "second_order/trust_region.h"

#include <algorithm>
#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double trust_share(double bound, double loss, double eta, double slope) {
  if (bound == 0 || slope >= 0) return 1;
  const double change = -eta * eta * slope;
  const double decrease = -eta * slope;
  return std::min({1.0, std::sqrt(bound * loss / change), loss / decrease});
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
