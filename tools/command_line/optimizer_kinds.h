#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct OptimizerOptions;

/// A value of --optimizer. To add one, add a record to the table, and its options to optimizer_table().
struct OptimizerKind {
  std::string_view name;
  std::string_view description;
  bool second_order;            ///< propagates a curvature and solves for the step
  double learning_rate;         ///< default of --learning-rate; 0: has no learning rate
  double momentum;              ///< default of --momentum; 0: the preset's default
  bool high_precision = false;  ///< by default in double, with all samples in one batch
  std::unique_ptr<Optimizer> (*make)(const OptimizerOptions& options, Plan& plan, std::uint64_t seed);
};

/// The table.
std::span<const OptimizerKind> optimizer_kinds();

/// The optimizer with that name. Throws UsageError, which lists the known names, if there is none.
const OptimizerKind& optimizer_kind(std::string_view name);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
