#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/plan.h"
#include "second_order/curvature/curvature.h"

/// Checks the gradients and blocks that the library computes for a network of any ops, against central differences and
/// against the equations in plain loops. Meant for double, and for networks small enough to move each parameter.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// One check at one layer.
struct CheckResult {
  enum class Kind {
    Error,       ///< value: the largest |found - expected|, relative to the largest |expected|; at most `bound`
    Eigenvalue,  ///< value: the smallest eigenvalue, relative to the largest in absolute value; at least `bound`
  };

  int layer = 0;     ///< from 1, in order of construction
  std::string rule;  ///< "gradient of W", "pch-1 recursion", ...
  Kind kind = Kind::Error;
  double value = 0;
  double bound = 0;
  std::string worst = {};  ///< "block(3, 1): found 0.2, expected 0.3; ..."

  [[nodiscard]] bool passed() const { return kind == Kind::Error ? value <= bound : value >= bound; }
};

struct CheckProgress {
  std::string_view what;  ///< "gradient of W"
  int done = 0;
  int all = 0;  ///< number of parameters to move, over all layers
};

struct ModelCheckOptions {
  double step = 1e-5;
  /// The kinds whose blocks are checked. A kind that the criterion does not allow (not convex, draws no targets) is
  /// skipped.
  std::span<const Curvature* const> kinds = curvatures();
  std::function<void(const CheckProgress&)> on_progress = {};
};

/// Checks each layer at the plan's inputs and parameters, and leaves these as they were:
///   gradients of W and b     against differences of the mean loss, each entry
///   exact block              against differences of the gradient of b: E[∂²ξ/∂z∂zᵀ] = ∂²E[ξ]/∂b²
///   exact weight block (4c)  (h hᵀ) ⊗ H of the first sample alone, against differences of its gradient of W
///   recursion (6), (8)       from the layer above, in plain loops; slopes and bends of the ops by differences
///   Fisher block             E[δδᵀ] in plain loops
///   eigenvalues              of each kind except exact, the only one that may be indefinite
/// The results are in this order, layer by layer. Keep the inputs away from kinks, see samples_near_kinks(). Throws
/// UsageError if there are no blocks (see LayerBlocks), and for a kind whose recursion has no definition in
/// models/block_reference.cpp.
std::vector<CheckResult> check_model(Plan& plan, const ModelCheckOptions& options = {});

/// The samples of the plan's last forward() at which some op is near a kink (framework/check/kinks.h).
std::vector<int> samples_near_kinks(const Plan& plan);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
