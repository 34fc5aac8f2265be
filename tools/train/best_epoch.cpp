#include "tools/train/best_epoch.h"

#include <cstddef>
#include <string_view>

#include <fmt/core.h>

#include "framework/index.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string measure_of(const TrainOptions& options) {
  return options.best_by.empty() ? std::string(Score::measure_name(options.task)) : options.best_by;
}

}  // namespace

BestEpoch::BestEpoch(const TrainOptions& options)
    : task_(options.task),
      measure_(measure_of(options)),
      stopping_(/*higher_is_better=*/measure_ == "accuracy", options.patience) {}

void BestEpoch::follow(const RunState& state) {
  for (const double value : state.column(column())) stopping_.add(value);
}

void BestEpoch::add(const Score& validation) {
  const double value = measure_ == "loss" ? validation.loss : validation.measure(task_);
  // Rounded as in metrics.csv, so that a resumed run compares the same numbers.
  stopping_.add(std::stod(fmt::format("{:.9g}", value)));
}

std::string BestEpoch::describe(const RunState& state) const {
  const auto best = to_index(stopping_.best_epoch());
  if (best == 0) return fmt::format("{} is not a number in any epoch", column());
  const std::string test = "test_" + measure_;
  return fmt::format("best epoch {}: validation {} {:.5g}, test {} {:.5g}; best.safetensors holds its network", best,
                     measure_, stopping_.best(), measure_, state.column(test)[best - 1]);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
