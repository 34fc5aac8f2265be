#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "framework/op.h"
#include "framework/optimizer.h"
#include "framework/plan.h"
#include "second_order/conjugate_gradients.h"
#include "second_order/curvature.h"
#include "second_order/weight_solver.h"
#include "tools/command_line/arguments.h"

/// The options of an optimizer, which the tools that take training steps share.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct OptimizerOptions {
  bool second_order = true;  ///< else SGD with momentum
  const Curvature* curvature = nullptr;
  const WeightSolverKind* solver = nullptr;
  double learning_rate = 0;
  double momentum = 0;
  double alpha = 0;
  CgOptions cg = {};
  int curvature_every = 0;
  bool tf32 = false;  ///< products of floats may be of TF32: use_tf32()

  /// What of these decides the bits of a run, by option name.
  [[nodiscard]] std::map<std::string, std::string> optimizer_settings() const;
  /// "sgd" or "CURVATURE+SOLVER"
  [[nodiscard]] std::string optimizer_name() const;
  /// On one line, for people.
  [[nodiscard]] std::string describe_optimizer() const;
};

void add_optimizer_options(OptionGroup& group);

/// UsageError for what is out of range, has no effect, or needs another criterion.
void read_optimizer_options(const ArgumentValues& values, const Op& criterion, OptimizerOptions& options);

/// UsageError naming `option` where the curvature needs a convex criterion and this one is not.
void require_fitting_criterion(const char* option, const Curvature& curvature, const Op& criterion);

/// `seed`: of the targets that a sampled curvature draws.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, Plan& plan, std::uint64_t seed);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
