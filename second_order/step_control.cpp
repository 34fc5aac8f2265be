#include "second_order/step_control.h"

#include <algorithm>
#include <cmath>

#include "framework/optimizers/weight_average.h"
#include "second_order/quadratic_model.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// Batches of fewer samples have a trust region that is smaller in proportion: what a handful of samples wants is no
/// good guide for the others.
constexpr double kFewSamples = 30;

}  // namespace

StepControl::StepControl(const SecondOrderOptions& options)
    : damping_(make_damping(options.damping)),
      relative_(options.damping.kind != DampingKind::Fixed),
      momentum_(options.momentum > 0),
      region_(options.trust_region),
      learning_rate_(options.learning_rate) {
  if (options.average_weights != 0 && options.trust_region > 0) guard_.emplace();
}

double StepControl::share(double loss, double slope, int batch) const {
  const double scale = guard_ ? std::min(1.0, batch / kFewSamples) * guard_->scale() : 1;
  return trust_share(scale * region_, std::abs(loss), learning_rate_, slope);
}

StepControl::Check StepControl::check(std::int64_t step) const {
  if (damping_->measures(step)) return Check::Damping;
  return guard_ && !momentum_ && WeightAverage::due(step) ? Check::TrustRegion : Check::None;
}

StepOutcome StepControl::judge(Check check, double predicted, double before, double after, double share) {
  StepOutcome outcome{.predicted = predicted, .actual = after - before};
  if (check == Check::TrustRegion) {
    outcome.accepted = guard_->judge(before, after, predicted);
    return outcome;
  }
  // A velocity that leads uphill for this batch says nothing of the model.
  const bool downhill = predicted < 0;
  outcome.accepted = std::isfinite(outcome.actual) && !(downhill && outcome.actual > 0);
  if (!outcome.accepted) {
    damping_->rejected();
  } else if (downhill) {
    damping_->accepted(outcome.actual / predicted, share < 1);
  }
  return outcome;
}

std::vector<NamedState> StepControl::state() {
  std::vector<NamedState> state = damping_->state();
  if (guard_) {
    for (NamedState& learned : guard_->state()) state.push_back(learned);
  }
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
