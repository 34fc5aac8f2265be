#pragma once

#include <cmath>

#include "framework/kernel.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// s(x) = 1 / (1 + e⁻ˣ) and its derivatives, from e = e^(-|x|) ≤ 1: nothing overflows, and s' keeps its relative
/// accuracy where s has rounded to 1 and s (1 - s) would be zero.
struct Logistic {
  static CURVEGRAPH_DEVICE real f(real x) {
    const real e = std::exp(-std::abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }
  // s' = e / (1 + e)²
  static CURVEGRAPH_DEVICE real df(real x) {
    const real e = std::exp(-std::abs(x));
    return e / ((1 + e) * (1 + e));
  }
  // s'' = s' (1 - 2s) = -sign(x) s' (1 - e) / (1 + e)
  static CURVEGRAPH_DEVICE real d2f(real x) {
    const real e = std::exp(-std::abs(x));
    const real magnitude = e * (1 - e) / ((1 + e) * (1 + e) * (1 + e));
    return x < 0 ? magnitude : -magnitude;
  }
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
