#pragma once

#include <array>
#include <span>
#include <string_view>

#include "framework/product_log.h"
#include "tools/command_line/optimizer_options.h"

/// The phases of a training step and their matrix products.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

enum class Phase { Forward, Backward, Propagation, Solve, Update };
inline constexpr std::array kPhases{Phase::Forward, Phase::Backward, Phase::Propagation, Phase::Solve, Phase::Update};
std::string_view name(Phase phase);

/// A product that a phase requests from linalg.h, see ProductLog.
struct Product {
  Phase phase = Phase::Forward;
  ProductShape shape = {};
  double count = 1;  ///< per step, as a mean over the steps

  [[nodiscard]] double flops() const { return count * shape.flops(); }
};

/// The number of steps after which all periodic work has been done: blocks, their products, measurements of adaptive
/// damping, checks of steps. `layers`: as parse_layers returns them.
int period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer);
/// Whether some steps are checked by a forward pass, see StepGuard.
bool guarded(const OptimizerOptions& optimizer);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
