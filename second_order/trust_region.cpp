#include "second_order/trust_region.h"

#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

double trust_share(double bound, double eta, double slope) {
  const double change = -eta * eta * slope;
  return bound > 0 && change > bound ? std::sqrt(bound / change) : 1;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
