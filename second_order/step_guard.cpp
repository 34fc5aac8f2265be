#include "second_order/step_guard.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr double kBeyondReason = 10;
constexpr double kDecay = 0.95;   // of the mean of losses
constexpr double kShrink = 0.25;  // of κ after a step that went wrong
constexpr double kGrow = 2;       // of κ after a good one
constexpr double kLeast = 1e-12;  // factor of κ
// A change of a mean loss in float that is smaller says nothing.
constexpr double kRounding = 1e-5;

}  // namespace

StepGuard::StepGuard() : state_(Shape{3, 1}, std::array{real{1}, real{-1}, real{-1}}) {}

bool StepGuard::in_reason(double loss) {
  std::vector<real> s = values();
  const bool first = s[1] < 0;
  if (first && !std::isfinite(loss)) return false;
  const double start = first ? std::abs(loss) : static_cast<double>(s[1]);
  const double mean = first ? std::abs(loss) : static_cast<double>(s[2]);
  // What is beyond it counts a little, so that it comes to be in reason where such batches are part of the data.
  const double limit = kBeyondReason * (start + mean);
  const bool fits = std::abs(loss) <= limit;
  s[1] = static_cast<real>(start);
  s[2] = static_cast<real>(kDecay * mean + (1 - kDecay) * (fits ? std::abs(loss) : 2 * mean));
  copy_to_device(s, state_);
  return fits;
}

bool StepGuard::judge(double before, double after, double predicted) {
  const double noise = kRounding * std::abs(before);
  const double change = after - before;
  if (!(change <= noise)) {
    shrink();
    return false;
  }
  if (-predicted <= 2 * noise) return true;
  const double ratio = change / predicted;
  if (ratio < 0.25) {
    shrink();
  } else if (ratio > 0.75 && scale() < 1) {
    std::vector<real> s = values();
    s[0] = static_cast<real>(std::min(1.0, kGrow * scale()));
    copy_to_device(s, state_);
  }
  return true;
}

bool StepGuard::exhausted() const { return scale() <= 2 * kLeast; }

void StepGuard::shrink() {
  std::vector<real> s = values();
  s[0] = static_cast<real>(std::max(kLeast, kShrink * scale()));
  copy_to_device(s, state_);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
