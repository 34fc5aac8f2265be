#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "framework/op.h"
#include "framework/optimizer.h"
#include "framework/plan.h"
#include "framework/schedule.h"
#include "second_order/conjugate_gradients.h"
#include "second_order/curvature.h"
#include "second_order/damping.h"
#include "second_order/factor_averages.h"
#include "second_order/recursion.h"
#include "second_order/weight_solver.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/optimizer_kinds.h"

/// The options of an optimizer, which the tools that take training steps share.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct OptimizerOptions {
  const OptimizerKind* kind = &optimizer_kind("second-order");
  const Curvature* curvature = nullptr;
  const WeightSolverKind* solver = nullptr;
  double learning_rate = 0;
  double momentum = 0;
  DampingOptions damping = {};
  double trust_region = 0;
  double averaging = 0;
  int average_inputs = FactorAverages::widest;
  int rank = 1;
  CgOptions cg = {};
  int curvature_every = 0;
  double product_share = Recursion::kAlwaysFresh;
  double average_weights = 0;
  double adam_beta_1 = 0;
  double adam_beta_2 = 0;
  double adam_epsilon = 0;
  double weight_decay = 0;
  LearningRateSchedule schedule = {};  ///< without its steps, which make_optimizer() is told
  bool tf32 = false;                   ///< products of floats may be of TF32: use_tf32()

  /// What of these decides the bits of a run, by option name.
  [[nodiscard]] std::map<std::string, std::string> optimizer_settings() const;
  /// "sgd", "adam" or "CURVATURE+SOLVER"
  [[nodiscard]] std::string optimizer_name() const;
  /// On one line, for people.
  [[nodiscard]] std::string describe_optimizer() const;
};

/// `preset`: what --preset is unless it is given.
void add_optimizer_options(OptionGroup& group, std::string_view preset = "default");
/// How the learning rate changes, for tools that train to an end.
void add_schedule_options(OptionGroup& group);

/// The learning rate and the momentum as given, or else as fits `options.kind`.
void read_rates(const ArgumentValues& values, OptimizerOptions& options);
/// UsageError for what is out of range, has no effect, or needs another criterion.
void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options);
void read_schedule_options(const ArgumentValues& values, OptimizerOptions& options);

/// UsageError naming `option` where the curvature needs a convex criterion and this one is not.
void require_fitting_criterion(const char* option, const Curvature& curvature, const Op& criterion);

/// `seed`: of the targets that a sampled curvature draws; `steps`: of the whole run, which a schedule ends with.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed,
                                          std::int64_t steps = 0);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
