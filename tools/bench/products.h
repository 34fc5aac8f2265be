#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "framework/linalg.h"
#include "tools/command_line/optimizer_options.h"

/// The matrix products that a training step of a fully connected network has to make, by phase and shape.
///
/// With n units, m inputs and batch B of a layer, per step and m x n x k of a product:
///
///   forward       W h: n x B x m
///   backward      Wᵀ δ of all but the first layer: m x B x n
///   propagation   recursion, of all but the first layer: G W: n x m x n; Wᵀ (G W): m x m x n, where they are not
///                 kept; E[σ' σ'ᵀ]: m x m x B;
///                 fisher: E[δ δᵀ]: n x n x B; fisher-sampled: that and one more backward pass; exact: the recursion
///                 for every sample
///                 averages of second moments: m x m x B
///   solve         ea-cg: the gradient n x m x B or, where it is not stored, δᵀδ and hᵀh: B x B x n, B x B x m;
///                 the other solvers: see solver_products.cpp
///   update        the gradient, or the direction in the space of the batch: n x m x B, unless the solver has made it;
///                 with momentum it goes to the velocity; adaptive damping: see products.cpp
///
/// A product with a symmetric result counts half, a factorisation by its operations at the rate of a product of its
/// size. Left out is what costs less by an order: products with vectors, with the criterion's block, sums and copies.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

enum class Phase { Forward, Backward, Propagation, Solve, Update };
inline constexpr std::array kPhases{Phase::Forward, Phase::Backward, Phase::Propagation, Phase::Solve, Phase::Update};
std::string_view name(Phase phase);

/// op(A) op(B), rows × inner times inner × cols: what decides how fast it is made.
struct ProductShape {
  Transpose transpose_a = Transpose::No;
  Transpose transpose_b = Transpose::No;
  int rows = 0;
  int cols = 0;
  int inner = 0;

  [[nodiscard]] double flops() const { return 2.0 * rows * cols * inner; }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the comparison that the compiler makes
  friend auto operator<=>(const ProductShape&, const ProductShape&) = default;
};

struct Product {
  Phase phase = Phase::Forward;
  int layer = 0;  ///< from 1
  ProductShape shape = {};
  double count = 1;  ///< how many of these its operations are worth, mean over the steps

  [[nodiscard]] double flops() const { return count * shape.flops(); }
};

/// Steps until all that is done every few steps has been done: blocks, their products, measurements of adaptive
/// damping, checks of steps.
int period(std::span<const int> layers, int batch, const OptimizerOptions& optimizer);
/// Some steps are checked by a forward pass, see StepGuard.
bool guarded(const OptimizerOptions& optimizer);

/// `layers` as parse_layers has them. `iterations`: by layer, of the weight solver, mean over the steps; 0 for a direct
/// one. Throws Error for a solver that is not known here.
std::vector<Product> step_products(std::span<const int> layers, int batch, const OptimizerOptions& optimizer,
                                   std::span<const double> iterations);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
