#include "tools/train/halving.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::vector<int> rung_sizes(int trials) {
  std::vector<int> sizes{trials};
  while (sizes.back() > 2) sizes.push_back((sizes.back() + 1) / 2);
  return sizes;
}

namespace {

/// Starts the next rung; returns whether there is one.
bool begin_rung(Halving& state, double seconds) {
  const std::vector<int> sizes = rung_sizes(static_cast<int>(state.trials.size()));
  const int rungs = static_cast<int>(sizes.size());
  const int number = state.rung.number + 1;
  if (number == 1) state.usable = sizes.front();
  if (number > rungs || (number > 1 && state.usable == 1)) return false;
  const int count = std::min(state.usable, sizes[to_index(number - 1)]);
  const double each = (seconds - state.spent) / (rungs - number + 1) / count;
  state.rung = {.number = number,
                .rungs = rungs,
                .trials = count,
                .kept = number < rungs ? sizes[to_index(number)] : 0,
                .seconds = std::max(each - state.overhead, 0.0)};
  state.done = 0;
  state.start = state.spent;
  state.training = 0;
  state.between = false;
  return true;
}

void end_rung(Halving& state) {
  const std::span<Trial> in_rung = std::span(state.trials).first(to_index(state.rung.trials));
  state.overhead = (state.spent - state.start - state.training) / state.rung.trials;
  // Stable, so that trials with equal losses keep their order.
  std::ranges::stable_sort(in_rung, {}, [](const Trial& trial) { return trial.losses.back(); });
  state.usable = static_cast<int>(
      std::ranges::count_if(in_rung, [](const Trial& trial) { return std::isfinite(trial.losses.back()); }));
  state.between = true;
}

}  // namespace

std::vector<Trial> halve(Halving state, double seconds, const HalvingCalls& calls) {
  const double before = calls.clock() - state.spent;
  const auto save = [&] {
    state.spent = calls.clock() - before;
    calls.save(state);
  };
  const bool in_rung = state.rung.number > 0 && !state.between;
  for (bool going = in_rung || begin_rung(state, seconds); going; going = begin_rung(state, seconds)) {
    while (state.done < state.rung.trials) {
      Trial& trial = state.trials[to_index(state.done)];
      const double trained = trial.seconds;
      const double loss = calls.run(trial, state.rung);
      trial.losses.push_back(std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity());
      state.training += trial.seconds - trained;
      ++state.done;
      save();
    }
    end_rung(state);
    calls.on_rung(state.rung, state.trials);
    save();
    if (state.usable == 0) {
      throw NumericalError(fmt::format("none of the {} settings trains; the first one failed: {}", state.trials.size(),
                                       state.trials.front().message));
    }
  }
  return std::move(state.trials);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
