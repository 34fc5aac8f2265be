#include "second_order/curvature/curvature.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

constinit const Curvature fisher{.name = "fisher",
                                 .description = "E[δδᵀ] with the labels of the data (the paper's Fisher matrix)",
                                 .method = Curvature::Method::GradientMoment};
constinit const Curvature fisher_sampled{.name = "fisher-sampled",
                                         .description = "E[δδᵀ] with labels drawn from the model (as K-FAC)",
                                         .method = Curvature::Method::SampledGradientMoment};
constinit const Curvature gauss_newton{
    .name = "gauss-newton",
    .description = "recursion without the residual term (KFRA); convex criteria only",
    .criterion = CriterionBlock::RequireConvex,
    .residual = Residual::Drop};
constinit const Curvature pch_1{.name = "pch-1",
                                .description = "positive-curvature Hessian, absolute residual",
                                .criterion = CriterionBlock::AbsoluteEigenvalues,
                                .residual = Residual::Absolute};
constinit const Curvature pch_2{.name = "pch-2",
                                .description = "positive-curvature Hessian, residual clipped at zero",
                                .criterion = CriterionBlock::AbsoluteEigenvalues,
                                .residual = Residual::Clip};

constinit const Curvature exact{.name = "exact",
                                .description = "the true block, sample by sample: slow, and may be indefinite",
                                .method = Curvature::Method::RecursionPerSample};

namespace {

constexpr std::array kCurvatures{&pch_1, &pch_2, &gauss_newton, &fisher, &fisher_sampled, &exact};

}  // namespace

std::span<const Curvature* const> curvatures() { return kCurvatures; }

const Curvature& curvature(std::string_view name) {
  const auto found = std::ranges::find(kCurvatures, name, &Curvature::name);
  if (found != kCurvatures.end()) return **found;
  std::string names;
  for (const Curvature* known : kCurvatures) names += fmt::format("{}{}", names.empty() ? "" : ", ", known->name);
  throw UsageError(fmt::format("unknown curvature '{}', expected one of {}", name, names));
}

std::string obstacle(const Curvature& curvature, const Op& criterion) {
  if (curvature.criterion == CriterionBlock::RequireConvex && !criterion.convex) {
    return fmt::format("{} is not convex", criterion.name);
  }
  if (curvature.method == Curvature::Method::SampledGradientMoment && criterion.draw_targets == nullptr) {
    return fmt::format("{} has no distribution to draw targets from", criterion.name);
  }
  return {};
}

void require_fitting(const Curvature& curvature, const Op& criterion) {
  if (const std::string reason = obstacle(curvature, criterion); !reason.empty()) {
    throw UsageError(fmt::format("curvature {}: criterion {}, expected another criterion or pch-1, pch-2 or fisher",
                                 curvature.name, reason));
  }
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
