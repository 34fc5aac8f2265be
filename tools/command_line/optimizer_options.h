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

/// The options of an optimizer, which the tools that take training steps share.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Of any optimizer: the options of SecondOrder, whose learning rate, momentum, weight decay and schedule the others
/// have too, Adam's and LevenbergMarquardt's. The schedule is without its steps, and there is no seed: make_optimizer()
/// is told both.
struct OptimizerOptions : SecondOrderOptions {
  const OptimizerKind* kind = &optimizer_kind("second-order");
  double adam_beta_1 = 0.9;
  double adam_beta_2 = 0.999;
  double adam_epsilon = 1e-8;
  LevenbergMarquardtOptions levenberg_marquardt = {};  ///< without its weight decay
  bool tf32 = false;                                   ///< products of floats may be of TF32: use_tf32()

  /// What of these decides the bits of a run, by option name.
  [[nodiscard]] std::map<std::string, std::string> optimizer_settings() const;
  /// "CURVATURE+SOLVER", or of other kinds their name
  [[nodiscard]] std::string optimizer_name() const;
  /// On one line, for people.
  [[nodiscard]] std::string describe_optimizer() const;
};

/// `second_order`: the group for the options of second-order alone. `preset`: what --preset is unless it is given.
void add_optimizer_options(OptionGroup& group, OptionGroup& second_order, std::string_view preset = "default");
/// How the learning rate changes, for tools that train to an end.
void add_schedule_options(OptionGroup& group);

/// The learning rate, momentum and weight decay as given, or else as fits `options.kind`.
void read_rates(const ArgumentValues& values, OptimizerOptions& options);
/// UsageError for what is out of range, has no effect, or needs another criterion.
void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options);
void read_schedule_options(const ArgumentValues& values, OptimizerOptions& options);

/// `seed`: of the targets that a sampled curvature draws; `steps`: of the whole run, which a schedule ends with.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed,
                                          std::int64_t steps = 0);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
