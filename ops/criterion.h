#pragma once

#include <string_view>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/op.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Shared by the criterion families: outputs and targets of one shape give one loss per sample.
inline int criterion_shape(const ShapeArgs& args) {
  if (args.features[0] != args.features[1]) {
    throw UsageError(fmt::format("{}: {} outputs against {} targets, expected as many", args.op, args.features[0],
                                 args.features[1]));
  }
  return 1;
}

/// The op of a criterion whose rules are the static functions of Rules.
template <class Rules>
constexpr Op criterion_op(std::string_view name, bool convex, Op::Targets targets) {
  return {.name = name,
          .kind = Op::Kind::Criterion,
          .arity = 2,
          .convex = convex,
          .targets = targets,
          .shape = criterion_shape,
          .forward = Rules::forward,
          .backward = Rules::backward,
          .curvature_backward = Rules::curvature_backward,
          .draw_targets = Rules::draw_targets,
          .factor_hessian = Rules::factor_hessian};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
