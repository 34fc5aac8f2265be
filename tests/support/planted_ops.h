#pragma once

#include <cmath>
#include <vector>

#include "framework/linalg.h"
#include "framework/workspace.h"
#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/ops.h"
#include "ops/softmax_criterion.h"

/// Ops with one deliberate error each, for the tests of what has to find them. Each fits wherever the right op does.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

struct WrongSlope : Logistic {
  static CURVEGRAPH_DEVICE real df(real x) { return real(1.1) * Logistic::df(x); }
};
inline constexpr Op wrong_slope = elementwise<WrongSlope>("wrong-slope");

struct WrongSignOfBend : Logistic {
  static CURVEGRAPH_DEVICE real d2f(real x) { return -Logistic::d2f(x); }
};
inline constexpr Op wrong_sign_of_bend = elementwise<WrongSignOfBend>("wrong-sign-of-bend");

// f is that of another function than f' and f''
struct WrongForward : Logistic {
  static CURVEGRAPH_DEVICE real f(real x) { return Logistic::f(x) + x / 10; }
};
inline constexpr Op wrong_forward = elementwise<WrongForward>("wrong-forward");

// E[|f'' ⊙ dy|] instead of E[f'' ⊙ dy], as where the policy acts on each sample
inline constexpr Op residual_per_sample = [] {
  Op op = elementwise<Logistic>("residual-per-sample");
  op.curvature_backward = [](const CurvatureArgs& args) {
    sigmoid.curvature_backward(args);
    const std::vector<real> x = to_host(args.x[0]);
    const std::vector<real> dy = to_host(args.dy);
    std::vector<real> sum = to_host(args.residual[0]);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const real term = Logistic::d2f(x[i]) * dy[i];
      sum[i % sum.size()] += (std::abs(term) - term) / static_cast<real>(args.dy.cols);
    }
    copy_to_device(sum, args.residual[0]);
  };
  return op;
}();

// W H Wᵀ instead of Wᵀ H W, which fits where W is square
inline constexpr Op transposed_weight = [] {
  Op op{.name = "transposed-weight", .kind = Op::Kind::Weighted};
  op.shape = [](const ShapeArgs& args) { return affine.shape(args); };
  op.forward = [](const ForwardArgs& args) { affine.forward(args); };
  op.backward = [](const BackwardArgs& args) { affine.backward(args); };
  op.curvature_backward = [](const CurvatureArgs& args) {
    const ConstMatrixView weight = args.parameters[0];
    const MatrixView product = args.workspace.take(weight.rows, weight.cols);
    gemm(1, args.H, Transpose::No, weight, Transpose::Yes, 0, product);
    gemm(1, weight, Transpose::No, product, Transpose::No, 1, args.block[0]);
  };
  return op;
}();

// C = -p_y, without the term φ'' (t - p)(t - p)ᵀ of its block
struct MissingTerm {
  static constexpr bool convex = false;
  static CURVEGRAPH_DEVICE real f(real l) { return -std::exp(l); }
  static CURVEGRAPH_DEVICE real df(real l) { return -std::exp(l); }
  static CURVEGRAPH_DEVICE real d2f(real) { return 0; }
};
inline constexpr Op missing_term = softmax_criterion<MissingTerm>("missing-term");

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
