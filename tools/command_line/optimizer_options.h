#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "framework/op.h"
#include "framework/optimizers/optimizer.h"
#include "framework/optimizers/schedule.h"
#include "framework/plan.h"
#include "second_order/gauss_newton/levenberg_marquardt.h"
#include "second_order/options.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/optimizer_kinds.h"

/// The optimizer's options, shared by all tools that take training steps.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The options of all optimizers: those of SecondOrder, whose learning rate, momentum, weight decay and schedule the
/// others share, and those of Adam and LevenbergMarquardt. The number of steps in the schedule and the seed are not set
/// here: make_optimizer() takes both.
struct OptimizerOptions : SecondOrderOptions {
  const OptimizerKind* kind = &optimizer_kind("second-order");
  double adam_beta_1 = 0.9;
  double adam_beta_2 = 0.999;
  double adam_epsilon = 1e-8;
  LevenbergMarquardtOptions levenberg_marquardt = {};  ///< except its weight decay
  bool tf32 = false;                                   ///< products of floats may use TF32, see use_tf32()

  /// The values, by option name, that determine the results of a run bit for bit.
  [[nodiscard]] std::map<std::string, std::string> optimizer_settings() const;
  /// "CURVATURE+SOLVER" for second-order, else the optimizer's name.
  [[nodiscard]] std::string optimizer_name() const;
  /// A description on one line, for people.
  [[nodiscard]] std::string describe_optimizer() const;
};

/// `second_order`: the group for options that only second-order has. `preset`: the default of --preset.
void add_optimizer_options(OptionGroup& group, OptionGroup& second_order, std::string_view preset = "default");
/// The options of the learning-rate schedule, for tools whose runs have a fixed end.
void add_schedule_options(OptionGroup& group);

/// Reads learning rate, momentum and weight decay. Their defaults depend on `options.kind`.
void read_rates(const ArgumentValues& values, OptimizerOptions& options);
/// Throws UsageError for an option that is out of range, has no effect, or needs another criterion.
void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options);
void read_schedule_options(const ArgumentValues& values, OptimizerOptions& options);

/// `seed`: for the targets that a sampled curvature draws; `steps`: of the whole run, at whose end a schedule ends.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed,
                                          std::int64_t steps = 0);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
