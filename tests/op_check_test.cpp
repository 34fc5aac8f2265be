#include "framework/check/op_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/random.h"
#include "ops/ops.h"
#include "tests/support/matrices.h"
#include "tests/support/planted_ops.h"

/// The checker is itself checked: each deliberately wrong rule is found, under its own name and under no other.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

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

void second_derivative_twice(const TangentArgs& args) {
  hyperbolic_tangent.tangent(args);
  scal(2, args.y_ddot);
}

Op with(Op op, void (*tangent)(const TangentArgs&)) {
  op.tangent = tangent;
  return op;
}

void gradient_twice(const FactorArgs& args) {
  squared_error.factor_hessian(args);
  scal(2, args.r);
}

Op with(Op op, void (*factor_hessian)(const FactorArgs&)) {
  op.factor_hessian = factor_hessian;
  return op;
}

OpPoint point_for(const Op& op) {
  Random random(5, Random::Stream::Test);
  const int n = 4;
  OpPoint point{.x = {to_tensor(random_matrix(random, n, 3, -2, 2))},
                .parameters = {},
                .dy = to_tensor(random_matrix(random, n, 3)),
                .H = to_tensor(random_spd(random, n))};
  if (op.kind == Op::Kind::Criterion) {
    point.x.push_back(to_tensor(Matrix(n, 3, {1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0})));
    point.dy = to_tensor(random_matrix(random, 1, 3, 0.5, 2));
  }
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
      {"factor in f'", wrong_slope, {"gradient", "curvature", "residual", "tangent"}},
      {"sign of f''", wrong_sign_of_bend, {"residual", "tangent"}},
      {"f of another function", wrong_forward, {"gradient", "curvature", "tangent"}},
      {"absolute value per sample", residual_per_sample, {"residual"}},
      {"transposed W in the curvature rule", transposed_weight, {"curvature"}},
      {"a term of a criterion's block", missing_term, {"curvature", "factor"}},
      {"a rule that overwrites", with(sigmoid, overwriting_backward), {"gradient"}},
      {"second derivative twice", with(hyperbolic_tangent, second_derivative_twice), {"tangent"}},
      {"gradient not in terms of S", with(squared_error, gradient_twice), {"factor"}},
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
