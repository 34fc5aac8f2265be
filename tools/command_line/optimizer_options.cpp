#include "tools/command_line/optimizer_options.h"

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/sgd.h"
#include "second_order/second_order.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

std::map<std::string, std::string> OptimizerOptions::optimizer_settings() const {
  std::map<std::string, std::string> settings{{"optimizer", second_order ? "second-order" : "sgd"},
                                              {"learning-rate", fmt::format("{}", learning_rate)}};
  if (second_order) {
    settings.insert({{"curvature", std::string(curvature->name)},
                     {"curvature-every", fmt::format("{}", curvature_every)},
                     {"solver", std::string(solver->name)},
                     {"alpha", fmt::format("{}", alpha)},
                     {"max-cg", fmt::format("{}", cg.max_iterations)},
                     {"cg-tolerance", fmt::format("{}", cg.tolerance)}});
  } else {
    settings.insert({"momentum", fmt::format("{}", momentum)});
  }
  if (tf32) settings.insert({"tf32", "true"});
  return settings;
}

std::string OptimizerOptions::optimizer_name() const {
  return second_order ? fmt::format("{}+{}", curvature->name, solver->name) : "sgd";
}

std::string OptimizerOptions::describe_optimizer() const {
  if (!second_order) return fmt::format("sgd: learning rate {}, momentum {}", learning_rate, momentum);
  return fmt::format("second order: {}, {}, learning rate {}, alpha {}, at most {} CG iterations to {}",
                     curvature->name, solver->name, learning_rate, alpha, cg.max_iterations, cg.tolerance);
}

void add_optimizer_options(OptionGroup& group) {
  group.add("optimizer", "NAME", "second-order", "second-order, or sgd (with momentum)");
  group.add("learning-rate", "X", "0.1", "factor of each step, above 0");
  group.add("momentum", "X", "0.9", "of sgd: share of the last step that is kept, from 0 to below 1");
  group.add("curvature", "NAME", "pch-1", listed("of second-order:", curvatures(), [](const auto* kind) {
              return fmt::format("{}: {}", kind->name, kind->description);
            }));
  group.add("curvature-every", "N", "1",
            "of second-order: make the curvature anew every N steps and keep it between, from 1 (the paper's)");
  group.add("solver", "NAME", "ea-cg", listed("of second-order:", weight_solvers(), [](const auto& kind) {
              return fmt::format("{}: {}", kind.name, kind.description);
            }));
  group.add("alpha", "X", "0.02", "of second-order: share of the identity in (1-alpha) G + alpha I, above 0 to 1");
  group.add("max-cg", "N", "50",
            "of second-order: conjugate gradient iterations at most, from 1; of ea-cg, cg and every bias");
  group.add("cg-tolerance", "X", "0.1",
            "of second-order: stop where the residual is this share of the right-hand side, from 0 to below 1");
  group.add_flag("tf32", "of the CUDA build: let products round their factors to TF32, which is faster");
}

void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options) {
  const std::string optimizer = values.text("optimizer");
  if (optimizer != "second-order" && optimizer != "sgd") {
    throw UsageError(fmt::format("--optimizer: found '{}', expected second-order or sgd", optimizer));
  }
  options.second_order = optimizer == "second-order";
  if (options.second_order) {
    values.refuse("momentum", "--optimizer " + optimizer);
  } else {
    for (const char* option : {"curvature", "curvature-every", "solver", "alpha", "max-cg", "cg-tolerance"}) {
      values.refuse(option, "--optimizer " + optimizer);
    }
  }
  options.curvature = values.named("curvature", [](const auto& name) { return &curvature(name); });
  options.solver = values.named("solver", [](const auto& name) { return &weight_solver(name); });
  options.learning_rate = values.number<double>("learning-rate", "a number above 0 and below 1e6",
                                                [](double x) { return x > 0 && x < 1e6; });
  options.momentum = values.number<double>("momentum", "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  options.alpha = values.number<double>("alpha", "a number in (0, 1]", [](double x) { return x > 0 && x <= 1; });
  options.tf32 = values.flag("tf32");
  options.curvature_every = values.count("curvature-every");
  options.cg.max_iterations = values.count("max-cg");
  options.cg.tolerance =
      values.number<double>("cg-tolerance", "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  if (options.second_order) require_fitting_criterion("curvature", *options.curvature, criterion);
}

void require_fitting_criterion(const char* option, const Curvature& curvature, const Op& criterion) {
  if (curvature.criterion == CriterionBlock::RequireConvex && !criterion.convex) {
    throw UsageError(fmt::format("--{} {}: needs a convex criterion, found --criterion {}, which is not", option,
                                 curvature.name, criterion.name));
  }
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed) {
  if (!options.second_order) {
    return std::make_unique<Sgd>(plan,
                                 SgdOptions{.learning_rate = options.learning_rate, .momentum = options.momentum});
  }
  return std::make_unique<SecondOrder>(plan, SecondOrderOptions{.curvature = options.curvature,
                                                                .solver = options.solver,
                                                                .learning_rate = options.learning_rate,
                                                                .alpha = options.alpha,
                                                                .cg = options.cg,
                                                                .curvature_every = options.curvature_every,
                                                                .seed = seed});
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
