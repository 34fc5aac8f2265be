#pragma once

#include "framework/linalg.h"
#include "framework/op.h"
#include "framework/tensor.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// y = a + b, to make a graph whose branches meet again.
inline constexpr Op sum_of_two{.name = "sum",
                               .arity = 2,
                               .shape = [](const ShapeArgs& args) { return args.features[0]; },
                               .forward =
                                   [](const ForwardArgs& args) {
                                     copy(args.x[0], args.y);
                                     axpy(1, args.x[1], args.y);
                                   },
                               .backward =
                                   [](const BackwardArgs& args) {
                                     for (const MatrixView& dx : args.dx) axpy(1, args.dy, dx);
                                   },
                               .curvature_backward =
                                   [](const CurvatureArgs& args) {
                                     for (const MatrixView& block : args.block) axpy(1, args.H, block);
                                   }};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
