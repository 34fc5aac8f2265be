#pragma once

#include <algorithm>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// λ of Levenberg-Marquardt by the gain ratio ϱ of steps, the decrease of the loss over the predicted one (H. B.
/// Nielsen, Damping parameter in Marquardt's method, 1999):
///
///   taken       λ ← λ max(1/3, 1 - (2ϱ - 1)³)     ν ← 2
///   not taken   λ ← λ ν                            ν ← 2 ν
struct DampingByGain {
  double lambda = 0;
  double growth = 2;  ///< ν

  void taken(double gain) {
    const double x = 2 * gain - 1;
    lambda *= std::max(1.0 / 3, 1 - x * x * x);
    growth = 2;
  }
  void not_taken() {
    lambda *= growth;
    growth *= 2;
  }
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
