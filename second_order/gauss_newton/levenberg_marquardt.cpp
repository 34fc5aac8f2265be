#include "second_order/gauss_newton/levenberg_marquardt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/squared_norm.h"
#include "framework/tensor.h"
#include "second_order/gauss_newton/damped_system.h"
#include "second_order/gauss_newton/damping_by_gain.h"
#include "second_order/gauss_newton/parameter_vector.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

constexpr std::size_t kWindow = 10;    // of decrease_tolerance
constexpr double kMostDamping = 1e15;  // multiple of the mean diagonal
constexpr double kUnitRoundoff = static_cast<double>(std::numeric_limits<real>::epsilon());

double norm(const ParameterVector& x) { return std::sqrt(squared_norm(x.all())); }

void require_from_zero(const char* what, double value) {
  if (value >= 0 && std::isfinite(value)) return;
  throw UsageError(fmt::format("levenberg-marquardt: {} is {}, expected a number from 0", what, value));
}

}  // namespace

/// What LevenbergMarquardt does, behind its header.
class LevenbergMarquardt::Steps {
 public:
  Steps(Plan& plan, const LevenbergMarquardtOptions& options);

  StepSummary step(std::int64_t& steps);
  MatrixView memory() { return memory_; }
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] const LevenbergMarquardtStep& last() const { return last_; }

 private:
  [[nodiscard]] double loss() const;
  /// Solves for d and a at the plan's point. False if the matrix cannot be factored.
  bool solve();
  /// Whether θ + d + a/2, or θ + d, lowers the loss; if not, parameters and values are those from before.
  bool attempt();
  StepSummary finished(std::string why);
  [[nodiscard]] std::string slow_progress(std::int64_t steps) const;
  void recall();
  void remember();
  /// Makes other_, which is the same for all attempts at a point.
  void find_other();

  Plan& plan_;
  LevenbergMarquardtOptions options_;
  DampedSystem system_;
  DampingByGain damping_ = {};
  ParameterVector start_;  // the parameters before the step
  ParameterVector theta_;  // those that are tried
  ParameterVector gradient_;
  ParameterVector other_;  // the part of the gradient that is no Uᵀr/N
  ParameterVector step_;
  ParameterVector acceleration_;
  Tensor bend_;  // Sᵀ f̈: outputs × N
  bool has_other_ = false;
  LevenbergMarquardtStep last_;
  std::array<double, kWindow> losses_{};  // before the last steps, the oldest first
  Tensor memory_;                         // λ, ν and losses_
};

LevenbergMarquardt::Steps::Steps(Plan& plan, const LevenbergMarquardtOptions& options)
    : plan_(plan),
      options_(options),
      system_(plan),
      start_(plan),
      theta_(plan),
      gradient_(plan),
      other_(plan),
      step_(plan),
      acceleration_(plan),
      bend_(system_.jacobian().outputs(), plan.max_batch()),
      memory_(1, 2 + static_cast<int>(kWindow)) {
  if (!(options.damping > 0 && std::isfinite(options.damping))) {
    throw UsageError(fmt::format("levenberg-marquardt: damping is {}, expected a number above 0", options.damping));
  }
  require_from_zero("weight_decay", options.weight_decay);
  require_from_zero("acceleration", options.acceleration);
  require_from_zero("gradient_tolerance", options.gradient_tolerance);
  require_from_zero("step_tolerance", options.step_tolerance);
  require_from_zero("decrease_tolerance", options.decrease_tolerance);
}

std::string LevenbergMarquardt::Steps::describe() const {
  const DampedSystem::Cost cost = DampedSystem::cost(plan_, system_.space());
  return fmt::format("a system of {} equations, {}; {:.1f} MB beside the network's values", cost.rows,
                     cost.space == DampedSystem::Space::Samples ? "samples x outputs" : "the parameters",
                     static_cast<double>(cost.bytes) / 1e6);
}

double LevenbergMarquardt::Steps::loss() const {
  double loss = plan_.mean_loss();
  if (options_.weight_decay > 0) loss += options_.weight_decay / 2 * squared_norm(theta_.all());
  return loss;
}

// A step begins with what memory_ holds, in its precision, as a resumed run does.
void LevenbergMarquardt::Steps::recall() {
  std::array<real, 2 + kWindow> memory{};
  copy_to_host(memory_, memory);
  damping_ = {.lambda = static_cast<double>(memory[0]), .growth = static_cast<double>(memory[1])};
  std::copy(memory.begin() + 2, memory.end(), losses_.begin());
}

void LevenbergMarquardt::Steps::remember() {
  std::array<real, 2 + kWindow> memory{static_cast<real>(damping_.lambda), static_cast<real>(damping_.growth)};
  std::ranges::transform(losses_, memory.begin() + 2, [](double loss) { return static_cast<real>(loss); });
  copy_to_device(memory, memory_);
}

StepSummary LevenbergMarquardt::Steps::finished(std::string why) {
  remember();
  return {.finished = true, .message = std::move(why)};
}

std::string LevenbergMarquardt::Steps::slow_progress(std::int64_t steps) const {
  const double before = losses_.front();
  if (std::cmp_less(steps, kWindow) || options_.decrease_tolerance == 0) return {};
  if (before - last_.loss > options_.decrease_tolerance * before) return {};
  return fmt::format("{} steps have lowered the loss by {:.1e} of it, at most {:.0e} (decrease tolerance)", kWindow,
                     (before - last_.loss) / before, options_.decrease_tolerance);
}

StepSummary LevenbergMarquardt::Steps::step(std::int64_t& steps) {
  recall();
  start_.load(plan_);
  copy(start_.all(), theta_.all());
  gradient_.load_gradient(plan_);
  if (options_.weight_decay > 0) axpy(static_cast<real>(options_.weight_decay), start_.all(), gradient_.all());
  last_ = {.loss = loss(), .gradient_norm = norm(gradient_)};
  if (!std::isfinite(last_.loss) || !std::isfinite(last_.gradient_norm)) {
    return {.taken = false,
            .message = fmt::format("the loss is {} and the norm of its gradient {}, expected finite numbers",
                                   last_.loss, last_.gradient_norm)};
  }
  std::shift_left(losses_.begin(), losses_.end(), 1);
  losses_.back() = last_.loss;
  ++steps;
  if (last_.gradient_norm <= options_.gradient_tolerance) {
    return finished(fmt::format("the norm of the gradient is {:.1e}, at most {:.0e} (gradient tolerance)",
                                last_.gradient_norm, options_.gradient_tolerance));
  }

  system_.refresh();
  const double mean_diagonal = system_.mean_diagonal();
  if (!std::isfinite(mean_diagonal)) {
    return {.taken = false, .message = fmt::format("the Gauss-Newton matrix has a mean diagonal of {}", mean_diagonal)};
  }
  // A matrix of zeros, where no sample has curvature, leaves gradient descent.
  const double scale = mean_diagonal > 0 ? mean_diagonal : 1;
  if (steps == 1 || damping_.lambda == 0) damping_ = {.lambda = options_.damping * scale};
  const double at_start = damping_.lambda;
  find_other();
  for (;; ++last_.rejected) {
    damping_.lambda = std::max(damping_.lambda, kUnitRoundoff * kUnitRoundoff * scale);
    if (damping_.lambda > kMostDamping * scale) {
      damping_ = {.lambda = at_start};
      return finished(fmt::format("no step lowers the loss of {:.6g} further: {} were tried, up to a damping of {:.0e}",
                                  last_.loss, last_.rejected, kMostDamping * scale));
    }
    last_.damping = damping_.lambda;
    if (!solve()) {
      damping_.not_taken();
      continue;
    }
    last_.step_norm = norm(step_);
    if (last_.step_norm <= options_.step_tolerance * norm(start_)) {
      damping_ = {.lambda = at_start};
      const std::string small = fmt::format("{:.1e} of the parameters, at most {:.0e} (step tolerance)",
                                            last_.step_norm / norm(start_), options_.step_tolerance);
      if (last_.rejected == 0) return finished("the step is " + small);
      return finished(fmt::format("no step lowers the loss of {:.6g} further: {} were tried, and the next is {}",
                                  last_.loss, last_.rejected, small));
    }
    if (attempt()) break;
    damping_.not_taken();
  }
  // Only now: of several batches, each gets its step.
  if (std::string why = slow_progress(steps); !why.empty()) return finished(std::move(why));
  remember();
  return {};
}

void LevenbergMarquardt::Steps::find_other() {
  OutputJacobian& jacobian = system_.jacobian();
  has_other_ = jacobian.has_rest() || options_.weight_decay > 0;
  if (!has_other_) return;
  fill(other_.all(), 0);
  if (jacobian.has_rest()) jacobian.transposed_product(jacobian.rest(), other_);
  axpy(static_cast<real>(options_.weight_decay), start_.all(), other_.all());
}

bool LevenbergMarquardt::Steps::solve() {
  OutputJacobian& jacobian = system_.jacobian();
  if (!system_.factor(damping_.lambda + options_.weight_decay)) return false;
  system_.solve(jacobian.r(), has_other_ ? &other_ : nullptr, step_);
  scal(-1, step_.all());
  last_.accelerated = false;
  if (options_.acceleration == 0) return true;
  const MatrixView bend = columns(bend_.view(), 0, jacobian.samples());
  system_.line().run(step_, /*second=*/true);
  jacobian.apply_factor(Transpose::Yes, system_.line().second(), bend);
  system_.solve(bend, nullptr, acceleration_);
  last_.accelerated = norm(acceleration_) <= options_.acceleration * norm(step_);
  return true;
}

bool LevenbergMarquardt::Steps::attempt() {
  // -gᵀd/2 + λ/2 ‖d‖² is the decrease that the model F + gᵀd + dᵀ(JᵀMJ/N + μI)d/2 predicts.
  const double predicted =
      (damping_.lambda * squared_norm(step_.all()) - inner_product(gradient_.all(), step_.all())) / 2;
  const double before = last_.loss;
  copy(start_.all(), theta_.all());
  axpy(1, step_.all(), theta_.all());
  if (last_.accelerated) axpy(real{-0.5}, acceleration_.all(), theta_.all());
  theta_.store(plan_);
  plan_.forward();
  const double after = loss();
  if (after < before) {
    last_.loss = after;
    last_.gain = (before - after) / predicted;
    damping_.taken(last_.gain);
    return true;
  }
  start_.store(plan_);
  plan_.forward();
  return false;
}

LevenbergMarquardt::LevenbergMarquardt(Plan& plan, const LevenbergMarquardtOptions& options)
    : steps_of_plan_(std::make_unique<Steps>(plan, options)) {}
LevenbergMarquardt::~LevenbergMarquardt() = default;

StepSummary LevenbergMarquardt::step() { return steps_of_plan_->step(steps_); }
std::vector<NamedState> LevenbergMarquardt::state() { return {{"levenberg_marquardt", steps_of_plan_->memory()}}; }
std::string LevenbergMarquardt::describe() const { return steps_of_plan_->describe(); }
const LevenbergMarquardtStep& LevenbergMarquardt::last() const { return steps_of_plan_->last(); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
