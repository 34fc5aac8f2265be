#include "tools/train/halving.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::vector<int> rung_sizes(int trials) {
  std::vector<int> sizes{trials};
  while (sizes.back() > 2) sizes.push_back((sizes.back() + 1) / 2);
  return sizes;
}

std::vector<Trial> halve(std::vector<Trial> trials, double seconds, const HalvingCalls& calls) {
  const double start = calls.clock();
  const std::vector<int> sizes = rung_sizes(static_cast<int>(trials.size()));
  const int rungs = static_cast<int>(sizes.size());
  int usable = sizes.front();
  double overhead = 0;  // seconds of a trial in the previous rung, besides training
  for (int number = 1; number <= rungs; ++number) {
    const double now = calls.clock();
    const int count = std::min(usable, sizes[to_index(number - 1)]);
    const double each = (seconds - (now - start)) / (rungs - number + 1) / count;
    const Rung rung{.number = number,
                    .rungs = rungs,
                    .trials = count,
                    .kept = number < rungs ? sizes[to_index(number)] : 0,
                    .seconds = std::max(each - overhead, 0.0)};
    const std::span<Trial> in_rung = std::span(trials).first(to_index(count));
    double training = 0;
    for (Trial& trial : in_rung) {
      const double before = trial.seconds;
      const double loss = calls.run(trial, rung);
      trial.losses.push_back(std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity());
      training += trial.seconds - before;
    }
    overhead = (calls.clock() - now - training) / count;
    // Stable, so that trials with equal losses keep their order.
    std::ranges::stable_sort(in_rung, {}, [](const Trial& trial) { return trial.losses.back(); });
    calls.on_rung(rung, trials);
    usable = static_cast<int>(
        std::ranges::count_if(in_rung, [](const Trial& trial) { return std::isfinite(trial.losses.back()); }));
    if (usable == 0) {
      throw NumericalError(fmt::format("none of the {} settings trains; the first one failed: {}", trials.size(),
                                       trials.front().message));
    }
    if (usable == 1) break;
  }
  return trials;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
