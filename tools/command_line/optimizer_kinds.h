#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct OptimizerOptions;

/// What --optimizer names. A new one is a record in the table, and its options are rows of optimizer_table().
struct OptimizerKind {
  std::string_view name;
  std::string_view description;
  bool second_order;            ///< propagates a curvature and solves for its step
  double learning_rate;         ///< unless --learning-rate is given; 0: it has none
  double momentum;              ///< unless --momentum is; 0: that of the preset
  bool high_precision = false;  ///< by default in double, and all samples are one batch
  std::unique_ptr<Optimizer> (*make)(const OptimizerOptions& options, Plan& plan, std::uint64_t seed);
};

/// The table.
std::span<const OptimizerKind> optimizer_kinds();

/// The one of that name. Throws UsageError listing the known names if there is none.
const OptimizerKind& optimizer_kind(std::string_view name);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
