#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/error.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/workspace.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

int shape(const ShapeArgs& args) {
  if (args.parameters.size() != 2) {
    throw UsageError(fmt::format("{}: {} parameters, expected a weight and a bias", args.op, args.parameters.size()));
  }
  const Shape weight = args.parameters[0];
  const Shape bias = args.parameters[1];
  if (weight.cols != args.features[0]) {
    throw UsageError(
        fmt::format("{}: a {} weight does not take {} features", args.op, to_string(weight), args.features[0]));
  }
  if (bias != Shape{weight.rows, 1}) {
    throw UsageError(
        fmt::format("{}: a {} bias does not go with a {} weight", args.op, to_string(bias), to_string(weight)));
  }
  return weight.rows;
}

// y = W x + b
void forward(const ForwardArgs& args) {
  const std::size_t rows = to_index(args.y.rows);
  const real* b = args.parameters[1].data;
  real* y = args.y.data;
  for_each_element(args.y.shape(),
                   [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) { y[row + col * rows] = b[row]; });
  gemm(1, args.parameters[0], Transpose::No, args.x[0], Transpose::No, 1, args.y);
}

// dx += Wᵀ dy,   dW += E[dy xᵀ],   db += E[dy]
void backward(const BackwardArgs& args) {
  const BatchMean mean(args.dy);
  if (args.dx[0]) gemm(1, args.parameters[0], Transpose::Yes, args.dy, Transpose::No, 1, args.dx[0]);
  if (args.dparameters[0]) mean.add_product(args.dy, args.x[0], 1, args.dparameters[0]);
  if (args.dparameters[1]) mean.add(args.dy, args.dparameters[1], args.workspace);
}

// J = W:  E[Jᵀ H J] = Wᵀ H W,   no residual
void curvature_backward(const CurvatureArgs& args) {
  const ConstMatrixView weight = args.parameters[0];
  const MatrixView product = args.workspace.take(weight.rows, weight.cols);
  symm(1, args.H, weight, 0, product);
  symmetric_product(1, weight, Transpose::Yes, product, Transpose::No, 1, args.block[0]);
}

// ẏ = Ẇ x + ḃ + W ẋ,   ÿ = 2 Ẇ ẋ + W ẍ
void tangent(const TangentArgs& args) {
  forward({.x = args.x, .parameters = args.parameters_dot, .y = args.y_dot});
  const ConstMatrixView weight = args.parameters[0];
  const ConstMatrixView x_dot = args.x_dot[0];
  const ConstMatrixView x_ddot = args.x_ddot[0];
  if (x_dot) gemm(1, weight, Transpose::No, x_dot, Transpose::No, 1, args.y_dot);
  if (!args.y_ddot) return;
  fill(args.y_ddot, 0);
  if (x_dot) gemm(2, args.parameters_dot[0], Transpose::No, x_dot, Transpose::No, 0, args.y_ddot);
  if (x_ddot) gemm(1, weight, Transpose::No, x_ddot, Transpose::No, 1, args.y_ddot);
}

}  // namespace

constinit const Op affine{.name = "affine",
                          .kind = Op::Kind::Weighted,
                          .shape = shape,
                          .forward = forward,
                          .backward = backward,
                          .curvature_backward = curvature_backward,
                          .tangent = tangent};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
