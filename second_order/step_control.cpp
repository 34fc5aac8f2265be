#include "second_order/step_control.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "framework/batch_mean.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/optimizers/weight_average.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

enum Value { Scale, First, Last, Batches, Odd };

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
  const bool first = s[Batches] < kFirstBatches;
  const double limit = kBeyondReason * static_cast<double>(s[First] + s[Last]);
  const bool finite = std::isfinite(loss);
  const bool fits = finite && (first || std::abs(loss) <= limit);
  s[Odd] = fits ? 0 : s[Odd] + 1;
  // What is beyond the limit counts a little, so that it comes to be in reason where such batches are part of the data.
  const real counted = fits ? static_cast<real>(std::abs(loss)) : 2 * s[Last];
  if (first && fits) {
    s[Batches] += 1;
    s[First] += (counted - s[First]) / s[Batches];
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

namespace {

// Z = b 1ᵀ - z
void start_change(ConstMatrixView bias, ConstMatrixView z, MatrixView change) {
  const std::size_t rows = to_index(z.rows);
  const real* b = bias.data;
  const real* old = z.data;
  real* Z = change.data;
  for_each_element(z.shape(), [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
    Z[row + col * rows] = b[row] - old[row + col * rows];
  });
}

}  // namespace

double trust_share(double bound, double loss, double eta, double slope) {
  if (bound == 0 || slope >= 0) return 1;
  const double change = -eta * eta * slope;
  const double decrease = -eta * slope;
  return std::min({1.0, std::sqrt(bound * loss / change), loss / decrease});
}

double predicted_change(const Plan& plan, const LayerBlocks& curvature, std::span<const ConstMatrixView> blocks,
                        Workspace& workspace) {
  const auto parameters = plan.graph().parameters();
  double sum = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const WeightedLayer& layer = curvature.layers()[i];
    workspace.reset();
    const Plan::NodeViews& v = plan.views(layer.node);
    const MatrixView Z = workspace.take(v.y.rows, v.y.cols);
    const MatrixView curved = workspace.take(v.y.rows, v.y.cols);
    start_change(parameters[to_index(layer.bias)], v.y, Z);
    gemm(1, parameters[to_index(layer.weight)], Transpose::No, v.x[0], Transpose::No, 1, Z);
    symm(real{1} / 2, blocks[i], Z, 0, curved);
    axpy(1, v.dy, curved);
    sum += static_cast<double>(dot(Z, curved));
  }
  return BatchMean(plan.batch()).of_sum(sum);
}

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
