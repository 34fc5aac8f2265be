#include "framework/optimizers/adam.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/kernel.h"
#include "framework/optimizers/weight_decay.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// The factors of one step.
struct Factors {
  real beta_1;
  real beta_2;
  real rate;   ///< η/(1-β₁ᵗ)
  real scale;  ///< 1/√(1-β₂ᵗ)
  real epsilon;
};

// Does a whole step in one pass over the four arrays.
void update(Factors of, ConstMatrixView gradient, MatrixView first, MatrixView second, MatrixView values) {
  const real rest_1 = 1 - of.beta_1;
  const real rest_2 = 1 - of.beta_2;
  const real* g = gradient.data;
  real* m = first.data;
  real* v = second.data;
  real* theta = values.data;
  for_each_index(gradient.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
    m[i] = of.beta_1 * m[i] + rest_1 * g[i];
    v[i] = of.beta_2 * v[i] + rest_2 * g[i] * g[i];
    theta[i] -= of.rate * m[i] / (of.scale * std::sqrt(v[i]) + of.epsilon);
  });
}

void require_share(const char* name, double beta) {
  if (beta >= 0 && beta < 1) return;
  throw UsageError(fmt::format("adam: {} is {}, expected a number in [0, 1)", name, beta));
}

}  // namespace

Adam::Adam(Plan& plan, const AdamOptions& options) : plan_(plan), options_(options) {
  plan.require_gradients("adam");
  require_share("beta_1", options.beta_1);
  require_share("beta_2", options.beta_2);
  if (!(options.epsilon > 0)) {
    throw UsageError(fmt::format("adam: epsilon is {}, expected a number above 0", options.epsilon));
  }
  options.schedule.require_valid("adam");
  require_valid_decay("adam", options.weight_decay);
  int largest = 0;
  const auto parameters = plan.graph().parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const int parameter = static_cast<int>(p);
    first_.emplace_back(parameters[p].shape());
    second_.emplace_back(parameters[p].shape());
    if (plan.uses(parameter) && !plan.parameter_gradient(parameter)) {
      largest = std::max(largest, static_cast<int>(parameters[p].size()));
    }
  }
  gradient_ = Tensor(largest, 1);
}

StepSummary Adam::step() {
  const double eta = options_.learning_rate * options_.schedule.factor(steps_++);
  const double t = static_cast<double>(steps_);
  const Factors factors{.beta_1 = static_cast<real>(options_.beta_1),
                        .beta_2 = static_cast<real>(options_.beta_2),
                        .rate = static_cast<real>(eta / (1 - std::pow(options_.beta_1, t))),
                        .scale = static_cast<real>(1 / std::sqrt(1 - std::pow(options_.beta_2, t))),
                        .epsilon = static_cast<real>(options_.epsilon)};
  decay_weights(plan_, 1 - eta * options_.weight_decay);
  for (std::size_t p = 0; p < first_.size(); ++p) {
    const int parameter = static_cast<int>(p);
    if (!plan_.uses(parameter)) continue;
    ConstMatrixView gradient = plan_.parameter_gradient(parameter);
    if (!gradient) {
      const auto [rows, cols] = first_[p].shape();
      const MatrixView made{gradient_.view().data, rows, cols};
      plan_.add_gradient(parameter, 0, made);
      gradient = made;
    }
    update(factors, gradient, first_[p], second_[p], plan_.graph().parameters()[p]);
  }
  return {};
}

std::vector<NamedState> Adam::state() {
  std::vector<NamedState> state;
  for (std::size_t p = 0; p < first_.size(); ++p) {
    state.push_back({fmt::format("first_moment.{}", p), first_[p]});
    state.push_back({fmt::format("second_moment.{}", p), second_[p]});
  }
  return state;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
