#include "framework/op_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/random.h"
#include "framework/workspace.h"
#include "ops/elementwise.h"
#include "ops/logistic.h"
#include "ops/ops.h"
#include "tests/support/matrices.h"

/// The checker is itself checked: each deliberately wrong rule is found, under its own name and under no other.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

struct WrongSlope : Logistic {
  static CURVEGRAPH_DEVICE real df(real x) { return Logistic::f(x); }
};

struct WrongSignOfBend : Logistic {
  static CURVEGRAPH_DEVICE real d2f(real x) { return -Logistic::d2f(x); }
};

// E[|f'' ⊙ dy|] instead of |E[f'' ⊙ dy]|, as where Pos-Eig acts on each sample
void absolute_residual_per_sample(const CurvatureArgs& args) {
  sigmoid.curvature_backward(args);
  fill(args.residual[0], 0);
  const std::vector<real> x = to_host(args.x[0]);
  const std::vector<real> dy = to_host(args.dy);
  std::vector<real> sum = to_host(args.residual[0]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum[i % sum.size()] += std::abs(Logistic::d2f(x[i]) * dy[i]) / static_cast<real>(args.dy.cols);
  }
  copy_to_device(sum, args.residual[0]);
}

// W H Wᵀ instead of Wᵀ H W, which fits where W is square
void transposed_weight(const CurvatureArgs& args) {
  const ConstMatrixView weight = args.parameters[0];
  const MatrixView product = args.workspace.take(weight.rows, weight.cols);
  gemm(1, args.H, Transpose::No, weight, Transpose::Yes, 0, product);
  gemm(1, weight, Transpose::No, product, Transpose::No, 1, args.block[0]);
}

void overwriting_backward(const BackwardArgs& args) {
  fill(args.dx[0], 0);
  sigmoid.backward(args);
}

void sum_instead_of_mean(const BackwardArgs& args) {
  affine.backward(args);
  affine.backward(args);
}

Op with(Op op, void (*backward)(const BackwardArgs&)) {
  op.backward = backward;
  return op;
}

Op with(Op op, void (*curvature_backward)(const CurvatureArgs&)) {
  op.curvature_backward = curvature_backward;
  return op;
}

OpPoint point_for(const Op& op) {
  Random random(5, Random::Stream::Test);
  const int n = 4;
  OpPoint point{.x = {to_tensor(random_matrix(random, n, 3, -2, 2))},
                .parameters = {},
                .dy = to_tensor(random_matrix(random, n, 3)),
                .H = to_tensor(random_spd(random, n))};
  if (op.kind == Op::Kind::Weighted) {
    point.parameters = {to_tensor(random_matrix(random, n, n)), to_tensor(random_matrix(random, n, 1))};
  }
  return point;
}

TEST(OpCheck, FindsEachWrongRuleByName) {
  struct Case {
    std::string what;
    Op op;
    std::vector<std::string> wrong;
  };
  // Rules are compared with differences of the one below, so a wrong f' spoils the gradient, J and what f'' stands
  // against.
  const std::vector<Case> cases{
      {"right sigmoid", sigmoid, {}},
      {"right affine", affine, {}},
      {"f' of another function", elementwise<WrongSlope>("wrong"), {"gradient", "curvature", "residual"}},
      {"sign of f''", elementwise<WrongSignOfBend>("wrong"), {"residual"}},
      {"absolute value per sample", with(sigmoid, absolute_residual_per_sample), {"residual"}},
      {"transposed W in the curvature rule", with(affine, transposed_weight), {"curvature"}},
      {"a rule that overwrites", with(sigmoid, overwriting_backward), {"gradient"}},
      {"parameter gradient twice", with(affine, sum_instead_of_mean), {"gradient", "parameter gradient"}},
  };
  for (const Case& c : cases) {
    std::vector<std::string> found;
    for (const RuleError& error : check_op(c.op, point_for(c.op))) {
      if (error.relative < 1e-8) continue;
      found.emplace_back(error.rule);
      EXPECT_GT(error.relative, 1e-3) << c.what << ": hardly above rounding";
      EXPECT_NE(error.worst.find("expected"), std::string::npos) << error.worst;
    }
    EXPECT_EQ(found, c.wrong) << c.what;
  }
}

TEST(OpCheck, NotANumberIsAnError) {
  Op op = sigmoid;
  op.backward = [](const BackwardArgs& args) { fill(args.dx[0], std::numeric_limits<real>::quiet_NaN()); };
  const std::vector<RuleError> errors = check_op(op, point_for(op));
  EXPECT_GT(errors[0].relative, 1.0) << errors[0].worst;
}

TEST(OpCheck, RefusesAnOpWithoutCurvatureRule) {
  Op op = sigmoid;
  op.curvature_backward = nullptr;
  EXPECT_THROW(check_op(op, point_for(op)), UsageError);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
