#pragma once

#include <span>
#include <string>
#include <string_view>

#include "framework/op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// What is taken for the criterion's block E[∂²C/∂hᵏ²].
enum class CriterionBlock {
  AsItIs,
  RequireConvex,        ///< as it is; a criterion that is not convex is refused
  AbsoluteEigenvalues,  ///< Pos-Eig with γ = -1 (8a), after the mean over the batch
};

/// What becomes of the residual E[σ'' ⊙ Wᵀδ], the diagonal term of (6), after the mean over the batch.
enum class Residual {
  Keep,      ///< (6) as it stands: exact for a batch of one
  Drop,      ///< Gauss-Newton
  Absolute,  ///< (8b) with γ = -1
  Clip,      ///< (8b) with γ = 0: max(·, 0)
};

/// How the blocks Gᵗ, standing for E[∂²ξ/∂zᵗ∂zᵗᵀ], are made.
struct Curvature {
  enum class Method {
    Recursion,              ///< from the criterion's block down, by the rules of the ops and the two policies below
    RecursionPerSample,     ///< the same for each sample by itself, then the mean
    GradientMoment,         ///< E[δᵗ δᵗᵀ] at each layer
    SampledGradientMoment,  ///< the same with targets drawn from the model, which takes a backward pass of its own
  };

  std::string_view name;
  std::string_view description;
  Method method = Method::Recursion;
  CriterionBlock criterion = CriterionBlock::AsItIs;
  Residual residual = Residual::Keep;
};

extern const Curvature exact;  ///< (4b), then the mean: E[∂²ξ/∂zᵗ∂zᵗᵀ] itself, which may be indefinite
extern const Curvature fisher;
extern const Curvature fisher_sampled;
extern const Curvature gauss_newton;
extern const Curvature pch_1;
extern const Curvature pch_2;

std::span<const Curvature* const> curvatures();
/// By name; UsageError lists the known names.
const Curvature& curvature(std::string_view name);

/// Why the criterion does not allow the curvature, without a full stop; empty where it does.
std::string obstacle(const Curvature& curvature, const Op& criterion);
/// Throws UsageError with that reason, where there is one.
void require_fitting(const Curvature& curvature, const Op& criterion);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
