#include "second_order/step_guard.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

enum Value { Scale, First, Last, Count, Odd };

constexpr double kBeyondReason = 10;
constexpr real kFirstBatches = 30;
constexpr real kLastShare = real(0.05);  // of one batch in the mean of the last
constexpr double kGrow = 1.3;
constexpr double kCalm = 0.9;
constexpr double kFarMore = 10;
// A change of a mean loss in float that is smaller says nothing.
constexpr double kRounding = 1e-5;

}  // namespace

StepGuard::StepGuard() : state_(Shape{5, 1}, std::array{real{1}, real{0}, real{0}, real{0}, real{0}}) {}

StepGuard::Verdict StepGuard::look_at(double loss) {
  std::array<real, 5> s = values();
  const bool first = s[Count] < kFirstBatches;
  const double limit = kBeyondReason * static_cast<double>(s[First] + s[Last]);
  const bool finite = std::isfinite(loss);
  const bool fits = finite && (first || std::abs(loss) <= limit);
  s[Odd] = fits ? 0 : s[Odd] + 1;
  // What is beyond the limit counts a little, so that it comes to be in reason where such batches are part of the data.
  const real counted = fits ? static_cast<real>(std::abs(loss)) : 2 * s[Last];
  if (first && fits) {
    s[Count] += 1;
    s[First] += (counted - s[First]) / s[Count];
    s[Last] = s[First];
  } else {
    s[Last] += kLastShare * (counted - s[Last]);
  }
  copy_to_device(s, state_);
  if (fits) return Verdict::InReason;
  return finite && s[Odd] == 1 ? Verdict::Odd : Verdict::TooLarge;
}

bool StepGuard::judge(double before, double after, double predicted) {
  const double noise = kRounding * std::abs(before);
  const double change = after - before;
  const bool seen = -predicted > 2 * noise;
  const double ratio = seen ? change / predicted : 1;
  if (!(change <= noise) || ratio > kFarMore) {
    shrink();
    return false;
  }
  const std::array<real, 5> s = values();
  if (ratio < 0.25 || ratio > 4) {
    shrink();
  } else if (s[Last] > s[First]) {
    multiply(kCalm);
  } else if (ratio > 0.75) {
    multiply(kGrow);
  }
  return true;
}

void StepGuard::multiply(double factor) {
  std::array<real, 5> s = values();
  s[Scale] = static_cast<real>(std::clamp(factor * static_cast<double>(s[Scale]), kLeast, 1.0));
  copy_to_device(s, state_);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
