#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "framework/optimizers/optimizer.h"
#include "framework/plan.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct OptimizerOptions;

/// What --optimizer names. A new one is a record in the table.
struct OptimizerKind {
  std::string_view name;
  std::string_view description;
  bool second_order;     ///< propagates a curvature and solves for its step
  double learning_rate;  ///< unless --learning-rate is given
  double momentum;       ///< unless --momentum is; 0: that of the preset
  /// Those that it reads of the options that not every optimizer does.
  std::span<const char* const> options;
  /// The values of `options`, by name.
  std::map<std::string, std::string> (*settings)(const OptimizerOptions& options);
  /// For people: its name and `options`.
  std::string (*describe)(const OptimizerOptions& options);
  std::unique_ptr<Optimizer> (*make)(const OptimizerOptions& options, Plan& plan, std::uint64_t seed);
};

/// The table.
std::span<const OptimizerKind> optimizer_kinds();

/// The one of that name. Throws UsageError listing the known names if there is none.
const OptimizerKind& optimizer_kind(std::string_view name);

/// An option's value as it is given: "auto" for kAutomatic.
std::string text_or_auto(double value);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
