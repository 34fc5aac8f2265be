#include "tools/command_line/optimizer_options.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "framework/error.h"
#include "second_order/automatic.h"
#include "tools/command_line/presets.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

bool is_share(double x) { return x >= 0 && x < 1; }

constexpr const char* kShare = "a number in [0, 1)";

constexpr const char* kAuto = "auto";

bool is_automatic(const ArgumentValues& values, const char* option) { return values.text(option) == kAuto; }

/// What is given and would change nothing.
void refuse_without_effect(const ArgumentValues& values, const OptimizerOptions& options) {
  const bool fixed = options.damping.kind == DampingKind::Fixed;
  values.refuse(fixed ? "rho" : "alpha", fmt::format("--damping {}", name(options.damping.kind)));
  const std::string solver = fmt::format("--solver {}", options.solver->name);
  if (!options.solver->takes_rank) values.refuse("rank", solver);
  if (options.solver->joins_bias) {
    for (const char* option : {"max-cg", "cg-tolerance"}) values.refuse(option, solver);
  }
}

void read_second_order_options(const ArgumentValues& values, OptimizerOptions& options) {
  options.curvature = values.named("curvature", [](const auto& name) { return &curvature(name); });
  options.solver = values.named("solver", [](const auto& name) { return &weight_solver(name); });
  options.damping.kind = values.named("damping", damping_kind);
  options.damping.alpha =
      values.number<double>("alpha", "a number in (0, 1]", [](double x) { return x > 0 && x <= 1; });
  options.damping.rho =
      values.number<double>("rho", "a number above 0 and below 1e8", [](double x) { return x > 0 && x < 1e8; });
  options.trust_region = values.number<double>("trust-region", "a number from 0 and below 1e6",
                                               [](double x) { return x >= 0 && x < 1e6; });
  options.averaging =
      is_automatic(values, "averaging") ? kAutomatic : values.number<double>("averaging", kShare, is_share);
  options.average_inputs =
      values.number<int>("average-inputs", fmt::format("a whole number from 0 to {}", FactorAverages::widest).c_str(),
                         [](int n) { return n >= 0 && n <= FactorAverages::widest; });
  options.product_share =
      values.number<double>("product-share", "a number above 0, or inf", [](double x) { return x > 0; });
  options.average_weights = values.number<double>("average-weights", kShare, is_share);
  options.rank = values.count("rank");
  options.curvature_every = is_automatic(values, "curvature-every") ? kAutomatic : values.count("curvature-every");
  options.cg.max_iterations = values.count("max-cg");
  options.cg.tolerance = values.number<double>("cg-tolerance", kShare, is_share);
  if (options.kind->second_order) refuse_without_effect(values, options);
}

double weight_decay_of(const ArgumentValues& values, const OptimizerOptions& options) {
  const bool second_order = options.kind->second_order;
  // A preset is of second-order alone: the others have no decay unless it is given.
  if (!second_order && !values.given("weight-decay")) return 0;
  if (second_order && is_automatic(values, "weight-decay")) return kAutomatic;
  return values.number<double>("weight-decay", "a number from 0, and below 1 over the learning rate",
                               [&](double x) { return x >= 0 && options.learning_rate * x < 1; });
}

void refuse_options_of_others(const ArgumentValues& values, const OptimizerKind& kind) {
  for (const OptimizerKind& other : optimizer_kinds()) {
    for (const char* option : other.options) {
      const auto is_this = [&](std::string_view own) { return own == option; };
      if (std::ranges::none_of(kind.options, is_this)) values.refuse(option, fmt::format("--optimizer {}", kind.name));
    }
  }
}

}  // namespace

std::map<std::string, std::string> OptimizerOptions::optimizer_settings() const {
  std::map<std::string, std::string> settings = kind->settings(*this);
  settings.insert({{"optimizer", std::string(kind->name)}, {"learning-rate", fmt::format("{}", learning_rate)}});
  if (weight_decay != 0) settings.insert({"weight-decay", text_or_auto(weight_decay)});
  if (schedule.kind != LearningRateSchedule::Kind::Constant) {
    settings.insert({"learning-rate-schedule", std::string(name(schedule.kind))});
  }
  if (schedule.warm_up > 0) settings.insert({"warm-up", fmt::format("{}", schedule.warm_up)});
  if (tf32) settings.insert({"tf32", "true"});
  return settings;
}

std::string OptimizerOptions::optimizer_name() const {
  return kind->second_order ? fmt::format("{}+{}", curvature->name, solver->name) : std::string(kind->name);
}

std::string OptimizerOptions::describe_optimizer() const {
  std::string line = kind->describe(*this);
  if (weight_decay != 0) line += fmt::format(", weight decay {}", text_or_auto(weight_decay));
  if (schedule.kind != LearningRateSchedule::Kind::Constant || schedule.warm_up > 0) {
    line += fmt::format(", schedule {}", describe(schedule));
  }
  return line;
}

void add_optimizer_options(OptionGroup& group, std::string_view preset) {
  const auto by_preset = [preset](const char* option, std::string text) {
    return with_presets(option, std::move(text), preset);
  };
  group.add("optimizer", "NAME", "second-order", listed("of these:", optimizer_kinds(), [](const auto& kind) {
              return fmt::format("{}: {}", kind.name, kind.description);
            }));
  std::string rates;
  for (const OptimizerKind& kind : optimizer_kinds()) {
    rates += fmt::format("{}{} for {}", rates.empty() ? "" : ", ", kind.learning_rate, kind.name);
  }
  group.add("learning-rate", "X", nullptr, fmt::format("factor of each step, above 0; by default {}", rates));
  group.add("weight-decay", "X", nullptr,
            by_preset("weight-decay",
                      "take that share of every weight, times the learning rate, away at each step; biases are left "
                      "alone; auto, of second-order: 0.005 for classes, 0.001 for other targets; of sgd and adam 0"));
  group.add("momentum", "X", nullptr,
            by_preset("momentum",
                      "of sgd (0.9) and second-order: share of the last step that is kept, from 0 to "
                      "below 1"));
  group.add("adam-beta-1", "X", "0.9", "of adam: share of the mean gradient that is kept, from 0 to below 1");
  group.add("adam-beta-2", "X", "0.999", "of adam: share of the mean squared gradient that is kept, from 0 to below 1");
  group.add("adam-epsilon", "X", "1e-8", "of adam: added to the root of the mean squared gradient, from 1e-30");
  group.add("preset", "NAME", std::string(preset).c_str(),
            listed("of second-order, what options not given are:", presets(),
                   [](const auto& p) { return fmt::format("{}: {}", p.name, p.description); }));
  group.add("curvature", "NAME", nullptr,
            listed(by_preset("curvature", "of second-order") + ":", curvatures(),
                   [](const auto* kind) { return fmt::format("{}: {}", kind->name, kind->description); }));
  group.add(
      "curvature-every", "N", nullptr,
      by_preset("curvature-every",
                "of second-order: make the curvature anew every N steps and keep it between, from 1; auto: every 5 "
                "in networks without a layer of more than --average-inputs inputs, else every step"));
  group.add(
      "product-share", "X", nullptr,
      by_preset("product-share",
                "of second-order: make a layer's products W' G W anew as often as they cost at most that share of "
                "its forward and backward passes, and keep them between; inf: always"));
  group.add(
      "average-weights", "X", nullptr,
      by_preset("average-weights",
                "of second-order: evaluate and save the mean of the weights over about the last X of all steps so "
                "far, from 0 to below 1; 0: the weights themselves"));
  group.add("averaging", "X", nullptr,
            by_preset("averaging",
                      "of second-order: keep that share of the factors made before in an average, from 0 to below 1; "
                      "auto: 0.5 in networks without a layer of more than --average-inputs inputs, else 0"));
  group.add("average-inputs", "N", nullptr,
            by_preset("average-inputs",
                      fmt::format("of kfi and kfi-joined with --averaging: average and keep the second moments of the "
                                  "inputs too, as many numbers as inputs squared, in networks without a layer of more "
                                  "than N inputs, from 0 to {}; in others take each batch's",
                                  FactorAverages::widest)));
  group.add("solver", "NAME", nullptr,
            listed(by_preset("solver", "of second-order") + ":", weight_solvers(),
                   [](const auto& kind) { return fmt::format("{}: {}", kind.name, kind.description); }));
  group.add("rank", "N", "1",
            "of ea-cg: of what it takes for the input's second moment: the mean, and the N-1 principal directions of "
            "the batch; at the batch's size it is cg");
  group.add("damping", "KIND", nullptr,
            by_preset("damping",
                      "of second-order: fixed, relative to the mean eigenvalues of each layer, or adaptive, which "
                      "raises and lowers it by how well the curvature predicts the loss"));
  group.add("alpha", "X", "0.02", "of fixed damping: share of the identity in (1-alpha) G + alpha I, above 0 to 1");
  group.add("rho", "X", "0.1", "of relative and adaptive damping: multiple of the mean eigenvalues, above 0");
  group.add("trust-region", "X", nullptr,
            by_preset("trust-region",
                      "of second-order: shorten steps whose predicted change is more than that share "
                      "of the loss, before momentum; 0 for none"));
  group.add("max-cg", "N", "50",
            "of second-order: conjugate gradient iterations at most, from 1; of ea-cg, cg and the biases of all but "
            "kfi-joined");
  group.add("cg-tolerance", "X", "0.1",
            "of second-order: stop where the residual is this share of the right-hand side, from 0 to below 1");
  group.add_flag("tf32", "of the CUDA build: let products round their factors to TF32, which is faster");
}

void add_schedule_options(OptionGroup& group) {
  group.add("learning-rate-schedule", "NAME", "constant",
            "after the warm-up the learning rate is constant, or falls to 0 at the end of the run, linear or by half a "
            "cosine");
  group.add("warm-up", "N", "0", "steps over which the learning rate rises in a line first, from 0");
}

void read_rates(const ArgumentValues& values, OptimizerOptions& options) {
  options.learning_rate = values.given("learning-rate")
                              ? values.number<double>("learning-rate", "a number above 0 and below 1e6",
                                                      [](double x) { return x > 0 && x < 1e6; })
                              : options.kind->learning_rate;
  const bool own_momentum = options.kind->momentum > 0 && !values.given("momentum");
  options.momentum = own_momentum ? options.kind->momentum : values.number<double>("momentum", kShare, is_share);
}

void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options) {
  options.kind = values.named("optimizer", [](const auto& name) { return &optimizer_kind(name); });
  refuse_options_of_others(values, *options.kind);
  read_rates(values, options);
  options.weight_decay = weight_decay_of(values, options);
  options.adam_beta_1 = values.number<double>("adam-beta-1", kShare, is_share);
  options.adam_beta_2 = values.number<double>("adam-beta-2", kShare, is_share);
  options.adam_epsilon = values.number<double>("adam-epsilon", "a number from 1e-30 and below 1e6",
                                               [](double x) { return x >= 1e-30 && x < 1e6; });
  read_second_order_options(values, options);
  options.tf32 = values.flag("tf32");
  if (options.kind->second_order) require_fitting_criterion("curvature", *options.curvature, criterion);
}

void read_schedule_options(const ArgumentValues& values, OptimizerOptions& options) {
  options.schedule.kind = values.named("learning-rate-schedule", schedule_from_name);
  options.schedule.warm_up =
      values.number<int>("warm-up", "a whole number from 0 to 2147483647", [](int n) { return n >= 0; });
}

void require_fitting_criterion(const char* option, const Curvature& curvature, const Op& criterion) {
  if (curvature.criterion == CriterionBlock::RequireConvex && !criterion.convex) {
    throw UsageError(fmt::format("--{} {}: needs a convex criterion, found --criterion {}, which is not", option,
                                 curvature.name, criterion.name));
  }
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed,
                                          std::int64_t steps) {
  OptimizerOptions of_run = options;
  of_run.schedule.steps = steps;
  return options.kind->make(of_run, plan, seed);
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
