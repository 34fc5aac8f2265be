#include "tools/command_line/optimizer_table.h"

#include <algorithm>

#include <fmt/core.h>

#include "second_order/layer_factors.h"
#include "second_order/options.h"
#include "tools/command_line/option_rows.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::string solver_option(const OptimizerOptions& options) { return fmt::format("--solver {}", options.solver->name); }
std::string damping_option(const OptimizerOptions& options) {
  return fmt::format("--damping {}", name(options.damping.kind));
}
bool is_fixed(const OptimizerOptions& options) { return options.damping.kind == DampingKind::Fixed; }
bool joins_bias(const OptimizerOptions& options) { return options.solver->joins_bias; }

std::vector<OptimizerOption> rates() {
  std::string others;  // defaults that differ from the presets'
  for (const OptimizerKind& kind : optimizer_kinds()) {
    if (kind.learning_rate == 0 || kind.learning_rate == SecondOrderOptions{}.learning_rate) continue;
    others += fmt::format("{}default for {}: {}", others.empty() ? "" : ", ", kind.name, kind.learning_rate);
  }
  OptimizerOption rate = shown(number_row(
                                   {"learning-rate",
                                    "X",
                                    {"second-order", "sgd", "adam"},
                                    fmt::format("(second-order, sgd, adam) factor of each step (X > 0; {})", others)},
                                   kPositive, [](auto& o) -> auto& { return o.learning_rate; }),
                               "learning rate {}");
  rate.read = [read = rate.read](const ArgumentValues& values, OptimizerOptions& options) {
    if (values.given("learning-rate")) return read(values, options);
    options.learning_rate = options.kind->learning_rate;
  };
  OptimizerOption momentum = shown(number_row(
                                       {"momentum",
                                        "X",
                                        {"second-order", "sgd"},
                                        "(second-order, sgd) share of the previous step that is added to the next "
                                        "(0 <= X < 1; default for sgd: 0.9)"},
                                       kShare, [](auto& o) -> auto& { return o.momentum; }),
                                   "momentum {}", "0");
  momentum.read = [read = momentum.read](const ArgumentValues& values, OptimizerOptions& options) {
    if (options.kind->momentum == 0 || values.given("momentum")) return read(values, options);
    options.momentum = options.kind->momentum;
  };
  OptimizerOption decay =
      shown(automatic_row(
                {"weight-decay",
                 "X",
                 {"second-order", "sgd", "adam", "levenberg-marquardt"},
                 "(second-order, sgd, adam) multiply each weight, but no bias, by 1 - learning rate * X at each step "
                 "(default for sgd and adam: 0); auto (second-order): 0.005 for classes, 0.001 for other targets. "
                 "(levenberg-marquardt) add X/2 times the sum of squares of all parameters to the loss (default: 0)"},
                {}, [](auto& o) -> auto& { return o.weight_decay; }),
            "weight decay {}", "0");
  decay.read = [](const ArgumentValues& values, OptimizerOptions& options) {
    const bool second_order = options.kind->second_order;
    // Presets are for second-order only: the others have no decay unless the user gives one.
    if (!second_order && !values.given("weight-decay")) {
      options.weight_decay = 0;
    } else if (second_order && values.text("weight-decay") == "auto") {
      options.weight_decay = kAutomatic;
    } else {
      options.weight_decay = values.number<double>("weight-decay", "a number in [0, 1 / learning rate)",
                                                   [&](double x) { return x >= 0 && options.learning_rate * x < 1; });
    }
  };
  decay.is_setting = [](const OptimizerOptions& options) { return options.weight_decay != 0; };
  for (OptimizerOption* row : {&rate, &momentum, &decay}) row->by_kind = true;
  return {rate, momentum, decay};
}

std::vector<OptimizerOption> of_adam() {
  const auto row = [](const char* name, const char* label, const Range& range, auto member, const char* help) {
    return shown(number_row({name, "X", {"adam"}, fmt::format("(adam) {}", help)}, range, member), label);
  };
  return {
      row(
          "adam-beta-1", "first beta {}", kShare, [](auto& o) -> auto& { return o.adam_beta_1; },
          "decay rate of the mean gradient (0 <= X < 1)"),
      row(
          "adam-beta-2", "second beta {}", kShare, [](auto& o) -> auto& { return o.adam_beta_2; },
          "decay rate of the mean squared gradient (0 <= X < 1)"),
      row(
          "adam-epsilon", "epsilon {}", {"a number in [1e-30, 1e6)", [](double x) { return x >= 1e-30 && x < 1e6; }},
          [](auto& o) -> auto& { return o.adam_epsilon; },
          "added to the root of the mean squared gradient (X >= 1e-30)")};
}

std::vector<OptimizerOption> of_levenberg_marquardt() {
  const auto row = [](const char* name, const char* label, auto member, const char* help) {
    return shown(
        number_row(
            {name, "X", {"levenberg-marquardt"}, fmt::format("(levenberg-marquardt) stop when {}; 0: never", help)},
            kFromZero, member),
        label, "0");
  };
  return {
      row(
          "gradient-tolerance", "gradient tolerance {}",
          [](auto& o) -> auto& { return o.levenberg_marquardt.gradient_tolerance; },
          "the norm of the gradient is at most X"),
      row(
          "step-tolerance", "step tolerance {}", [](auto& o) -> auto& { return o.levenberg_marquardt.step_tolerance; },
          "the norm of a step is at most X times the norm of the parameters"),
      row(
          "decrease-tolerance", "decrease tolerance {}",
          [](auto& o) -> auto& { return o.levenberg_marquardt.decrease_tolerance; },
          "ten steps have lowered the loss by at most X times its value")};
}

std::vector<OptimizerOption> of_second_order() {
  const auto row = [](const char* name, const char* value, const std::string& help) {
    return OptimizerOption{name, value, {"second-order"}, help};
  };
  const auto name_of = [](const auto* entry) { return entry->name; };
  const auto described = [](const auto& entry) { return fmt::format("{}: {}", entry.name, entry.description); };
  const auto find_curvature = [](const std::string& text) { return &curvature(text); };
  const auto find_solver = [](const std::string& text) { return &weight_solver(text); };

  OptimizerOption curvature_row = shown(named_row(
                                            row("curvature", "NAME", "curvature block of each layer"),
                                            [](auto& o) -> auto& { return o.curvature; }, find_curvature, name_of),
                                        "{}");
  curvature_row.choices = listed("", curvatures(), [&](const auto* one) { return described(*one); });
  OptimizerOption solver_row = shown(named_row(
                                         row("solver", "NAME", "solver for each layer's step"),
                                         [](auto& o) -> auto& { return o.solver; }, find_solver, name_of),
                                     "{}");
  solver_row.choices = listed("", weight_solvers(), described);
  OptimizerOption rank = number_row(
      row("rank", "N",
          "(ea-cg) rank of the inputs' second moment (N >= 1): the mean and N-1 principal directions of the batch; "
          "with the batch size as rank, ea-cg equals cg"),
      kCount, [](auto& o) -> auto& { return o.rank; });
  OptimizerOption alpha = number_row(
      row("alpha", "X", "(fixed damping) share of the identity in (1-alpha) G + alpha I (0 < X <= 1)"),
      {"a number in (0, 1]", [](double x) { return x > 0 && x <= 1; }},
      [](auto& o) -> auto& { return o.damping.alpha; });
  OptimizerOption rho = number_row(
      row("rho", "X", "(relative and adaptive damping) damping as a multiple of the mean eigenvalues (X > 0)"),
      {"a number above 0 and below 1e8", [](double x) { return x > 0 && x < 1e8; }},
      [](auto& o) -> auto& { return o.damping.rho; });
  OptimizerOption max_cg = number_row(
      row("max-cg", "N", "(unless the solver joins weights and bias) at most N conjugate gradient iterations (N >= 1)"),
      kCount, [](auto& o) -> auto& { return o.cg.max_iterations; });
  OptimizerOption cg_tolerance = number_row(
      row("cg-tolerance", "X",
          "(unless the solver joins weights and bias) stop conjugate gradients when the residual is at most X times "
          "the right-hand side (0 <= X < 1)"),
      kShare, [](auto& o) -> auto& { return o.cg.tolerance; });
  static const std::string kInputs = fmt::format("a whole number from 0 to {}", FactorAverages::widest);
  OptimizerOption average_inputs = number_row(
      row("average-inputs", "N",
          fmt::format("a network is narrow if no layer has more than N inputs ({}); with --averaging, kfi and "
                      "kfi-joined also average the second moments of the inputs in narrow networks",
                      kInputs)),
      {kInputs.c_str(), [](double x) { return x >= 0 && x <= FactorAverages::widest; }},
      [](auto& o) -> auto& { return o.average_inputs; });
  average_inputs.is_setting = [](const OptimizerOptions& options) { return options.averaging != 0; };

  return {
      curvature_row,
      solver_row,
      shown(effective(unless(
                rank, [](const OptimizerOptions& o) { return !o.solver->takes_rank; }, solver_option)),
            "rank {}", "1"),
      shown(named_row(
                row("damping", "KIND",
                    "fixed, relative (to the mean eigenvalues of each layer) or adaptive (relative, then raised and "
                    "lowered by how well the curvature predicts the loss)"),
                [](auto& o) -> auto& { return o.damping.kind; }, damping_kind,
                [](DampingKind kind) { return name(kind); }),
            "{} damping"),
      shown(effective(unless(
                alpha, [](const OptimizerOptions& o) { return !is_fixed(o); }, damping_option)),
            "alpha {}"),
      shown(effective(unless(rho, is_fixed, damping_option)), "rho {}"),
      shown(number_row(
                row("trust-region", "X",
                    "shorten each step whose predicted change exceeds X times the loss, before momentum is "
                    "added; 0: never"),
                kFromZero, [](auto& o) -> auto& { return o.trust_region; }),
            "trust region {}", "0"),
      shown(automatic_row(
                row("curvature-every", "N",
                    "compute the curvature every N steps and keep it in between (N >= 1); auto: every 5 steps in "
                    "narrow networks (--average-inputs), else every step"),
                kCount, [](auto& o) -> auto& { return o.curvature_every; }),
            "curvature every {} steps", "1"),
      number_row(
          row("product-share", "X",
              "recompute a layer's products W' G W as often as they cost at most X times its forward and backward "
              "passes, and keep them in between (X > 0); inf: always"),
          {"a number above 0, or inf", [](double x) { return x > 0; }},
          [](auto& o) -> auto& { return o.product_share; }),
      shown(automatic_row(
                row("averaging", "X",
                    "decay rate of the running mean of the Kronecker factors (0 <= X < 1); auto: 0.5 in narrow "
                    "networks (--average-inputs), else 0"),
                kShare, [](auto& o) -> auto& { return o.averaging; }),
            "averaging {}", "0"),
      average_inputs,
      shown(number_row(
                row("average-weights", "X",
                    "evaluate and save the mean of the weights over about the last fraction X of all steps so far "
                    "(0 <= X < 1); 0: the weights themselves"),
                kShare, [](auto& o) -> auto& { return o.average_weights; }),
            "weights averaged over {} of the steps", "0"),
      shown(unless(max_cg, joins_bias, solver_option), "at most {} CG iterations"),
      shown(unless(cg_tolerance, joins_bias, solver_option), "CG to {}"),
  };
}

}  // namespace

bool OptimizerOption::is_of(const OptimizerKind& kind) const {
  return optimizers.empty() || std::ranges::find(optimizers, kind.name) != optimizers.end();
}

bool OptimizerOption::has_presets() const { return std::ranges::find(optimizers, "second-order") != optimizers.end(); }

std::span<const OptimizerOption> optimizer_table() {
  static const std::vector<OptimizerOption> kTable = [] {
    std::vector<OptimizerOption> table = rates();
    for (const std::vector<OptimizerOption>& rows : {of_adam(), of_levenberg_marquardt(), of_second_order()}) {
      table.insert(table.end(), rows.begin(), rows.end());
    }
    return table;
  }();
  return kTable;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
