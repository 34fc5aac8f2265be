#include "framework/random.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Random::Random(std::uint64_t seed, Stream stream, std::uint64_t index) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); };
  std::seed_seq sequence{low(seed), high(seed), static_cast<std::uint32_t>(stream), low(index), high(index)};
  engine_.seed(sequence);
}

// The distributions of <random> differ between standard libraries; these do not.
double Random::uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t Random::below(std::uint64_t bound) {
  // The last multiple of bound is incomplete. Numbers from it would favour small results.
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
  std::uint64_t draw = engine_();
  while (draw >= limit) draw = engine_();
  return draw % bound;
}

void Random::shuffle(std::vector<int>& order) {
  for (std::size_t remaining = order.size(); remaining > 1; --remaining) {
    std::swap(order[remaining - 1], order[below(remaining)]);
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
