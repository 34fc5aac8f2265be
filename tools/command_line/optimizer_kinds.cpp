#include "tools/command_line/optimizer_kinds.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/optimizers/adam.h"
#include "framework/optimizers/sgd.h"
#include "second_order/second_order.h"
#include "tools/command_line/optimizer_options.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

using Settings = std::map<std::string, std::string>;

std::string text(double value) { return fmt::format("{}", value); }

// --- second-order ---

constexpr std::array kSecondOrderOptions{"preset",       "curvature",    "curvature-every", "solver",
                                         "rank",         "damping",      "alpha",           "rho",
                                         "trust-region", "momentum",     "averaging",       "average-inputs",
                                         "max-cg",       "cg-tolerance", "product-share",   "average-weights"};

Settings second_order_settings(const OptimizerOptions& options) {
  Settings settings{
      {"curvature", std::string(options.curvature->name)}, {"curvature-every", text_or_auto(options.curvature_every)},
      {"solver", std::string(options.solver->name)},       {"damping", std::string(name(options.damping.kind))},
      {"trust-region", text(options.trust_region)},        {"momentum", text(options.momentum)},
      {"averaging", text_or_auto(options.averaging)},      {"average-weights", text(options.average_weights)},
      {"product-share", text(options.product_share)},      {"max-cg", fmt::format("{}", options.cg.max_iterations)},
      {"cg-tolerance", text(options.cg.tolerance)}};
  if (options.averaging != 0) {
    settings.insert({"average-inputs", fmt::format("{}", options.average_inputs)});
  }
  settings.insert(options.damping.kind == DampingKind::Fixed ? std::pair("alpha", text(options.damping.alpha))
                                                             : std::pair("rho", text(options.damping.rho)));
  if (options.solver->takes_rank) settings.insert({"rank", fmt::format("{}", options.rank)});
  return settings;
}

std::string describe_second_order(const OptimizerOptions& options) {
  std::string line =
      fmt::format("second order: {}, {}, learning rate {}, {}", options.curvature->name, options.solver->name,
                  options.learning_rate,
                  options.damping.kind == DampingKind::Fixed
                      ? fmt::format("alpha {}", options.damping.alpha)
                      : fmt::format("{} damping of {}", name(options.damping.kind), options.damping.rho));
  if (options.rank > 1) line += fmt::format(", rank {}", options.rank);
  if (options.trust_region > 0) line += fmt::format(", trust region {}", options.trust_region);
  if (options.momentum > 0) line += fmt::format(", momentum {}", options.momentum);
  if (options.averaging > 0) line += fmt::format(", averaging {}", options.averaging);
  if (options.averaging > 0 && options.solver->takes_moment) {
    line += fmt::format(" (inputs up to {})", options.average_inputs);
  }
  if (options.average_weights > 0)
    line += fmt::format(", weights averaged over {} of the steps", options.average_weights);
  if (options.curvature_every > 1) line += fmt::format(", curvature every {} steps", options.curvature_every);
  if (!options.solver->joins_bias) {
    line += fmt::format(", at most {} CG iterations to {}", options.cg.max_iterations, options.cg.tolerance);
  }
  return line;
}

std::unique_ptr<Optimizer> make_second_order(const OptimizerOptions& options, Plan& plan, std::uint64_t seed) {
  SecondOrderOptions second_order = static_cast<const SecondOrderOptions&>(options);
  second_order.seed = seed;
  return std::make_unique<SecondOrder>(plan, second_order);
}

// --- sgd ---

constexpr std::array kSgdOptions{"momentum"};

Settings sgd_settings(const OptimizerOptions& options) { return {{"momentum", text(options.momentum)}}; }

std::string describe_sgd(const OptimizerOptions& options) {
  return fmt::format("sgd: learning rate {}, momentum {}", options.learning_rate, options.momentum);
}

std::unique_ptr<Optimizer> make_sgd(const OptimizerOptions& options, Plan& plan, std::uint64_t /*seed*/) {
  return std::make_unique<Sgd>(plan, SgdOptions{.learning_rate = options.learning_rate,
                                                .momentum = options.momentum,
                                                .schedule = options.schedule,
                                                .weight_decay = options.weight_decay});
}

// --- adam ---

constexpr std::array kAdamOptions{"adam-beta-1", "adam-beta-2", "adam-epsilon"};

Settings adam_settings(const OptimizerOptions& options) {
  return {{"adam-beta-1", text(options.adam_beta_1)},
          {"adam-beta-2", text(options.adam_beta_2)},
          {"adam-epsilon", text(options.adam_epsilon)}};
}

std::string describe_adam(const OptimizerOptions& options) {
  return fmt::format("adam: learning rate {}, beta {} and {}, epsilon {}", options.learning_rate, options.adam_beta_1,
                     options.adam_beta_2, options.adam_epsilon);
}

std::unique_ptr<Optimizer> make_adam(const OptimizerOptions& options, Plan& plan, std::uint64_t /*seed*/) {
  return std::make_unique<Adam>(plan, AdamOptions{.learning_rate = options.learning_rate,
                                                  .beta_1 = options.adam_beta_1,
                                                  .beta_2 = options.adam_beta_2,
                                                  .epsilon = options.adam_epsilon,
                                                  .schedule = options.schedule,
                                                  .weight_decay = options.weight_decay});
}

constexpr std::array kKinds{
    OptimizerKind{.name = "second-order",
                  .description = "curvature blocks of the layers, and steps that solve for them",
                  .second_order = true,
                  .learning_rate = 0.1,
                  .momentum = 0,
                  .options = kSecondOrderOptions,
                  .settings = second_order_settings,
                  .describe = describe_second_order,
                  .make = make_second_order},
    OptimizerKind{.name = "sgd",
                  .description = "gradient descent with momentum",
                  .second_order = false,
                  .learning_rate = 0.1,
                  .momentum = 0.9,
                  .options = kSgdOptions,
                  .settings = sgd_settings,
                  .describe = describe_sgd,
                  .make = make_sgd},
    OptimizerKind{.name = "adam",
                  .description = "Kingma and Ba, 2015; with --weight-decay AdamW",
                  .second_order = false,
                  .learning_rate = 0.001,
                  .momentum = 0,
                  .options = kAdamOptions,
                  .settings = adam_settings,
                  .describe = describe_adam,
                  .make = make_adam},
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

std::string text_or_auto(double value) { return value == kAutomatic ? "auto" : text(value); }

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
