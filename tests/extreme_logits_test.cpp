#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "framework/workspace.h"
#include "ops/ops.h"
#include "tests/support/matrices.h"

/// Nothing overflows at logits of ±1e4, and gradients that can be represented are not lost on the way, in float as in
/// double.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct Rules {
  std::vector<real> y;
  std::vector<real> dx;     // with dy = 1
  std::vector<real> block;  // with H = 1
};

Rules run(const Op& op, const std::vector<Matrix>& inputs, int rows) {
  std::vector<Tensor> x;
  for (const Matrix& input : inputs) x.push_back(to_tensor(input));
  const std::vector<ConstMatrixView> views(x.begin(), x.end());
  const int features = inputs[0].rows;
  const int batch = inputs[0].cols;
  Tensor y(rows, batch);
  Tensor dy(rows, batch);
  Tensor H(rows, rows);
  Tensor dx(features, batch);
  Tensor block(features, features);
  Tensor residual(features, 1);
  fill(dy, 1);
  fill(H, 1);
  Workspace workspace;
  op.forward({.x = views, .parameters = {}, .y = y});
  op.backward({.x = views,
               .parameters = {},
               .y = y,
               .dy = dy,
               .dx = std::array{dx.view(), MatrixView{}},
               .dparameters = {},
               .workspace = workspace});
  workspace.reset();
  op.curvature_backward({.x = views,
                         .parameters = {},
                         .y = y,
                         .dy = dy,
                         .H = H,
                         .block = std::array{block.view(), MatrixView{}},
                         .residual = std::array{residual.view(), MatrixView{}},
                         .workspace = workspace});
  std::vector<real> second = block.to_host();
  const std::vector<real> diagonal = residual.to_host();
  second.insert(second.end(), diagonal.begin(), diagonal.end());
  return {y.to_host(), dx.to_host(), second};
}

void expect_near(double found, double expected, const std::string& what) {
  EXPECT_NEAR(found, expected, 20 * std::numeric_limits<real>::epsilon() * std::abs(expected)) << what;
}

TEST(ExtremeLogits, ActivationsKeepValueAndSlope) {
  struct Case {
    const Op* op;
    double x, y, slope;
  };
  const std::vector<Case> cases{
      {&sigmoid, 1e4, 1, 0},
      {&sigmoid, -1e4, 0, 0},
      {&sigmoid, 40, 1, std::exp(-40)},  // 1 - y is zero in double, its slope is not
      {&sigmoid, -40, std::exp(-40), std::exp(-40)},
      {&softplus, 1e4, 1e4, 1},
      {&softplus, -1e4, 0, 0},
      {&softplus, -40, std::exp(-40), std::exp(-40)},
      {&hyperbolic_tangent, 1e4, 1, 0},
      {&hyperbolic_tangent, 20, 1, 4 * std::exp(-40)},
      {&hyperbolic_tangent, -1e4, -1, 0},
      {&silu, 1e4, 1e4, 1},
      {&silu, -1e4, 0, 0},
      {&gelu, 1e4, 1e4, 1},
      {&gelu, -1e4, 0, 0},
  };
  for (const Case& c : cases) {
    const Rules rules = run(*c.op, {Matrix{1, 1, {static_cast<real>(c.x)}}}, 1);
    const std::string what = std::string(c.op->name) + " at " + std::to_string(c.x);
    expect_near(rules.y[0], c.y, what);
    expect_near(rules.dx[0], c.slope, what);
    for (const real value : rules.block) EXPECT_TRUE(std::isfinite(value)) << what;
  }
}

TEST(ExtremeLogits, CriteriaKeepLossAndGradient) {
  struct Case {
    const Op* op;
    std::vector<real> h;  // the target is the first
    double loss;
    std::vector<double> gradient;
  };
  const double e40 = std::exp(-40);
  // (14) is 1/(1 + exp(5 (p - 0.2))): slope -5 C (1 - C) in p, times p (1 - p) in the logit.
  const double c0 = 1 / (1 + std::exp(-1.0));
  const double c1 = 1 / (1 + std::exp(4.0));
  const double low = 5 * c0 * (1 - c0) * e40;
  const double high = 5 * c1 * (1 - c1) * e40;
  const std::vector<Case> cases{
      {&softmax_cross_entropy, {-10000, 10000}, 20000, {-1, 1}},
      {&softmax_cross_entropy, {10000, -10000}, 0, {0, 0}},
      {&softmax_cross_entropy, {10000, 10000}, std::log(2), {-0.5, 0.5}},
      {&softmax_cross_entropy, {40, 0}, e40, {-e40, e40}},  // p has rounded to 1
      {&bounded, {-10000, 10000}, c0, {0, 0}},
      {&bounded, {10000, -10000}, c1, {0, 0}},
      {&bounded, {40, 0}, c1, {-high, high}},
      {&bounded, {0, 40}, c0, {-low, low}},
      {&sigmoid_cross_entropy, {-10000, 10000}, 20000, {-1, 1}},
      {&sigmoid_cross_entropy, {10000, -10000}, 0, {0, 0}},
      {&sigmoid_cross_entropy, {40, -40}, 2 * e40, {-e40, e40}},  // sigmoids have rounded to 1 and 0
      {&sigmoid_cross_entropy, {-40, 40}, 80, {-1, 1}},
  };
  for (const Case& c : cases) {
    const Rules rules = run(*c.op, {Matrix{2, 1, c.h}, Matrix{2, 1, {1, 0}}}, 1);
    const std::string what = std::string(c.op->name) + " at " + std::to_string(c.h[0]) + ", " + std::to_string(c.h[1]);
    expect_near(rules.y[0], c.loss, what);
    for (std::size_t i = 0; i < 2; ++i) expect_near(rules.dx[i], c.gradient[i], what);
    for (const real value : rules.block) EXPECT_TRUE(std::isfinite(value)) << what;
  }
}

TEST(ExtremeLogits, ASaturatedSoftmaxKeepsItsCurvature) {
  // p (1 - p) = e⁻⁴⁰ to rounding, where p - p² would be zero.
  const Rules rules = run(softmax_cross_entropy, {Matrix{2, 1, {40, 0}}, Matrix{2, 1, {1, 0}}}, 1);
  const double e40 = std::exp(-40);
  const std::array expected{e40, -e40, -e40, e40};
  for (std::size_t i = 0; i < 4; ++i) expect_near(rules.block[i], expected[i], "entry " + std::to_string(i));
}

TEST(ExtremeLogits, ASaturatedSigmoidKeepsItsCurvature) {
  for (const real h : {real(-40), real(40)}) {
    const Rules rules = run(sigmoid_cross_entropy, {Matrix{1, 1, {h}}, Matrix{1, 1, {real(0.5)}}}, 1);
    expect_near(rules.block[0], std::exp(-40), "at " + std::to_string(h));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
