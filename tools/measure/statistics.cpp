#include "tools/measure/statistics.h"

#include <algorithm>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

Quartiles quartiles(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const auto at = [&](double share) {
    const double position = share * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return numbers[below] + (position - static_cast<double>(below)) * (numbers[above] - numbers[below]);
  };
  return {.lower = at(0.25), .median = at(0.5), .upper = at(0.75)};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
