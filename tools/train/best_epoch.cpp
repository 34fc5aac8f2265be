#include "tools/train/best_epoch.h"

#include <cmath>
#include <cstddef>
#include <string_view>

#include <fmt/core.h>

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

bool BestEpoch::add(const Score& validation) {
  const double value = measure_ == "loss" ? validation.loss : validation.measure(task_);
  // As the file has it, so that a resumed run compares the same numbers.
  return stopping_.add(std::stod(fmt::format("{:.9g}", value)));
}

std::string BestEpoch::describe(const RunState& state) const {
  const auto best = static_cast<std::size_t>(stopping_.best_epoch());
  if (best == 0) return fmt::format("no epoch has a {} that is a number", column());
  const std::string test = "test_" + measure_;
  return fmt::format("best epoch {}: validation {} {:.5g}, test {} {:.5g}; best.safetensors has its network", best,
                     measure_, stopping_.best(), measure_, state.column(test)[best - 1]);
}

std::string far_above(double start_loss, double train_loss) {
  constexpr double kFar = 10;
  if (!std::isfinite(train_loss)) {
    return fmt::format("the loss after its last step is {}, expected a finite number", train_loss);
  }
  // A loss of zero to begin with is one to rounding.
  if (train_loss <= kFar * start_loss + 1e-6) return {};
  return fmt::format(
      "the training loss is {:.4g}, and was {:.4g} before the first step: a smaller --learning-rate, a --trust-region "
      "or more damping (--rho or --alpha) helps",
      train_loss, start_loss);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
