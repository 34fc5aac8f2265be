#include "tools/command_line/optimizer_kinds.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/adam.h"
#include "framework/optimizers/sgd.h"
#include "second_order/gauss_newton/levenberg_marquardt.h"
#include "second_order/second_order.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::unique_ptr<Optimizer> make_second_order(const OptimizerOptions& options, Plan& plan, std::uint64_t seed) {
  SecondOrderOptions second_order = static_cast<const SecondOrderOptions&>(options);
  second_order.seed = seed;
  return std::make_unique<SecondOrder>(plan, second_order);
}

/// Automatic weight decay is 0 for all optimizers except second-order.
double weight_decay(const OptimizerOptions& options) {
  return options.weight_decay == kAutomatic ? 0 : options.weight_decay;
}

std::unique_ptr<Optimizer> make_sgd(const OptimizerOptions& options, Plan& plan, std::uint64_t /*seed*/) {
  return std::make_unique<Sgd>(plan, SgdOptions{.learning_rate = options.learning_rate,
                                                .momentum = options.momentum,
                                                .schedule = options.schedule,
                                                .weight_decay = weight_decay(options)});
}

std::unique_ptr<Optimizer> make_adam(const OptimizerOptions& options, Plan& plan, std::uint64_t /*seed*/) {
  return std::make_unique<Adam>(plan, AdamOptions{.learning_rate = options.learning_rate,
                                                  .beta_1 = options.adam_beta_1,
                                                  .beta_2 = options.adam_beta_2,
                                                  .epsilon = options.adam_epsilon,
                                                  .schedule = options.schedule,
                                                  .weight_decay = weight_decay(options)});
}

std::unique_ptr<Optimizer> make_levenberg_marquardt(const OptimizerOptions& options, Plan& plan,
                                                    std::uint64_t /*seed*/) {
  LevenbergMarquardtOptions levenberg_marquardt = options.levenberg_marquardt;
  levenberg_marquardt.weight_decay = weight_decay(options);
  return std::make_unique<LevenbergMarquardt>(plan, levenberg_marquardt);
}

constexpr std::array kKinds{
    OptimizerKind{.name = "second-order",
                  .description = "each layer's step solves a system with the layer's curvature block",
                  .second_order = true,
                  .learning_rate = 0.1,
                  .momentum = 0,
                  .make = make_second_order},
    OptimizerKind{.name = "sgd",
                  .description = "gradient descent with momentum",
                  .second_order = false,
                  .learning_rate = 0.1,
                  .momentum = 0.9,
                  .make = make_sgd},
    OptimizerKind{.name = "adam",
                  .description = "Adam (Kingma and Ba, 2015); with --weight-decay AdamW",
                  .second_order = false,
                  .learning_rate = 0.001,
                  .momentum = 0,
                  .make = make_adam},
    OptimizerKind{.name = "levenberg-marquardt",
                  .description = "steps on the full batch with the Gauss-Newton matrix of all parameters; fits small "
                                 "networks to many digits",
                  .second_order = false,
                  .learning_rate = 0,
                  .momentum = 0,
                  .high_precision = true,
                  .make = make_levenberg_marquardt},
};

}  // namespace

std::span<const OptimizerKind> optimizer_kinds() { return kKinds; }

const OptimizerKind& optimizer_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kKinds, name, &OptimizerKind::name);
  if (found != kKinds.end()) return *found;
  std::string names;
  for (const OptimizerKind& known : kKinds) names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  throw UsageError(fmt::format("unknown optimizer '{}', expected one of {}", name, names));
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
