#pragma once

#include <string_view>

#include <fmt/core.h>

#include "framework/batch_mean.h"
#include "framework/index.h"
#include "framework/kernel.h"
#include "framework/linalg.h"
#include "framework/op.h"
#include "framework/workspace.h"

/// The family of activations y = f(x), element by element. A member gives f, f' and f'' as static CURVEGRAPH_DEVICE
/// functions of x; the family makes all rules from them:
///
///   struct Square {
///     static CURVEGRAPH_DEVICE real f(real x) { return x * x; }
///     static CURVEGRAPH_DEVICE real df(real x) { return 2 * x; }
///     static CURVEGRAPH_DEVICE real d2f(real) { return 2; }
///   };
///   constinit const Op square = elementwise<Square>("square");

namespace curvegraph::inline CURVEGRAPH_PRECISION {

template <class F>
struct Elementwise {
  static int shape(const ShapeArgs& args) { return args.features[0]; }

  // y = f(x)
  static void forward(const ForwardArgs& args) {
    const real* x = args.x[0].data;
    real* y = args.y.data;
    for_each_index(args.y.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { y[i] = F::f(x[i]); });
  }

  // dx += f'(x) ⊙ dy
  static void backward(const BackwardArgs& args) {
    if (!args.dx[0]) return;
    const real* x = args.x[0].data;
    const real* dy = args.dy.data;
    real* dx = args.dx[0].data;
    for_each_index(args.dy.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) { dx[i] += F::df(x[i]) * dy[i]; });
  }

  // J = diag(f'):  E[Jᵀ H J] = H ⊙ E[f' f'ᵀ],   residual = E[f'' ⊙ dy]                                      (6)
  static void curvature_backward(const CurvatureArgs& args) {
    const Shape shape = args.x[0].shape();
    const real* x = args.x[0].data;
    const real* dy = args.dy.data;

    const MatrixView slopes = args.workspace.take(apart(shape.rows), shape.cols);
    const MatrixView bends = args.workspace.take(shape.rows, shape.cols);
    const MatrixView moment = args.workspace.take(shape.rows, shape.rows);
    const std::size_t rows = to_index(shape.rows);
    const std::size_t stride = to_index(slopes.rows);
    real* slope = slopes.data;
    real* bend = bends.data;
    // One loop for both, because f' and f'' share computations.
    for_each_element(shape, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
      const std::size_t i = row + col * rows;
      slope[row + col * stride] = F::df(x[i]);
      bend[i] = F::d2f(x[i]) * dy[i];
    });
    const BatchMean mean_of(shape.cols);
    mean_of.add(bends, args.residual[0], args.workspace);
    syrk_lower(mean_of.weight(), slopes, Transpose::No, 0, moment);
    const real* H = args.H.data;
    const real* mean = moment.data;
    real* block = args.block[0].data;
    for_each_lower(shape.rows, [=] CURVEGRAPH_DEVICE(std::size_t row, std::size_t col) {
      const std::size_t i = row + col * rows;
      block[i] += H[i] * mean[i];
    });
    mirror_lower(args.block[0]);
  }

  // ẏ = f' ẋ,   ÿ = f'' ẋ² + f' ẍ
  static void tangent(const TangentArgs& args) {
    const real* x = args.x[0].data;
    const real* x_dot = args.x_dot[0].data;
    const real* x_ddot = args.x_ddot[0].data;
    real* y_dot = args.y_dot.data;
    real* y_ddot = args.y_ddot.data;
    for_each_index(args.y_dot.size(), [=] CURVEGRAPH_DEVICE(std::size_t i) {
      const real slope = F::df(x[i]);
      const real along = x_dot != nullptr ? x_dot[i] : 0;
      y_dot[i] = slope * along;
      if (y_ddot == nullptr) return;
      y_ddot[i] = F::d2f(x[i]) * along * along + (x_ddot != nullptr ? slope * x_ddot[i] : 0);
    });
  }

  /// The number of rows to allocate so that the columns do not lie a power of two apart. A product that reads across
  /// such columns would evict them from the caches. The rows added at the end take no part in the product.
  static int apart(int rows) { return rows % 256 == 0 ? rows + 16 : rows; }
};

/// A piecewise linear member leaves out d2f. Its f'' is 0 wherever f'' exists, so the rule would add zeros, and
/// Gauss-Newton, PCH-1 and PCH-2 are the same.
template <class F>
concept PiecewiseLinear = !requires {
  F::d2f(real{});
};

template <PiecewiseLinear F>
struct WithoutBend : F {
  static CURVEGRAPH_DEVICE real d2f(real) { return 0; }
};

/// The op of a member of the family.
template <class F>
constexpr Op elementwise(std::string_view name) {
  using Rules = Elementwise<F>;
  return {.name = name,
          .kind = Op::Kind::Map,
          .shape = Rules::shape,
          .forward = Rules::forward,
          .backward = Rules::backward,
          .curvature_backward = Rules::curvature_backward,
          .tangent = Rules::tangent};
}

template <PiecewiseLinear F>
constexpr Op elementwise(std::string_view name) {
  Op op = elementwise<WithoutBend<F>>(name);
  op.piecewise_linear = true;
  return op;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
