#include "framework/check/op_check.h"

#include <algorithm>

#include <fmt/core.h>

#include "framework/check/differences.h"
#include "framework/check/op_rules.h"
#include "framework/check/tangent_factor.h"
#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// For values of order one, a central difference has an error of about 1e-11 from rounding, and h² f'''/6 of about
/// 1e-10. So the scale of a comparison is at least this share of the values whose differences were taken.
constexpr double kLeastScale = 0.1;

/// The buffers start at this value, not at zero, because rules must add to them.
constexpr double kGiven = 1;

void compare(RuleError& error, const std::string& what, const HostMatrix& found, const HostMatrix& expected,
             double size) {
  Deviation deviation{.relative = error.relative, .worst = std::move(error.worst)};
  deviation.include(what, found, expected, std::max(kLeastScale * std::max(1.0, size), largest(expected)));
  error.relative = deviation.relative;
  error.worst = std::move(deviation.worst);
}

/// The gradient by each entry of `moved`: factor Σ dy ∂y, where ∂y is the derivative of y by the entry.
HostMatrix gradient_by_differences(OpRules& rules, Tensor& moved, double step, double factor) {
  const HostMatrix dy(rules.point().dy);
  HostMatrix gradient(moved.shape());
  for (int col = 0; col < gradient.cols(); ++col) {
    for (int row = 0; row < gradient.rows(); ++row) {
      const HostMatrix dy_dx = difference(moved, row, col, step, [&] { return rules.forward(); });
      for (std::size_t i = 0; i < dy.values().size(); ++i) {
        gradient(row, col) += factor * dy.values()[i] * dy_dx.values()[i];
      }
    }
  }
  return gradient;
}

}  // namespace

std::vector<RuleError> check_op(const Op& op, const OpPoint& point, double step) {
  if (op.curvature_backward == nullptr) throw UsageError(fmt::format("{}: has no curvature rule to check", op.name));
  OpRules rules(op, point, kGiven);
  const bool criterion = op.kind == Op::Kind::Criterion;
  const std::size_t inputs = criterion ? 1 : point.x.size();  // targets are constants
  const double mean = 1.0 / point.dy.shape().cols;
  const double loss = largest(rules.forward()) * largest(HostMatrix(point.dy));  // gradients are differences of it
  const HostMatrix H = criterion ? HostMatrix() : HostMatrix(point.H);

  RuleError gradient{.rule = "gradient"};
  RuleError parameters{.rule = "parameter gradient"};
  RuleError curvature{.rule = "curvature"};
  RuleError residual{.rule = "residual"};
  for (std::size_t k = 0; k < inputs; ++k) {
    Tensor& x = rules.point().x[k];
    const int n = x.shape().rows;
    const HostMatrix dx = gradient_by_differences(rules, x, step, 1);
    HostMatrix block(Shape{n, n});
    HostMatrix bend(Shape{n, n});
    if (!criterion) {
      for (const HostMatrix& J : jacobians(x, step, [&] { return rules.forward(); })) add_congruence(J, H, mean, block);
    }
    const auto backward = [&] {
      rules.backward();
      return rules.dx(k);
    };
    HostMatrix& sum = criterion ? block : bend;
    for (const HostMatrix& second : jacobians(x, step, backward)) {
      for (std::size_t i = 0; i < sum.values().size(); ++i) sum.values()[i] += mean * second.values()[i];
    }

    rules.curvature_backward();
    const HostMatrix emitted = rules.residual(k);
    HostMatrix diagonal(Shape{n, n});
    for (int i = 0; i < n; ++i) diagonal(i, i) = emitted(i, 0);
    compare(gradient, fmt::format("dx[{}]", k), rules.dx(k), dx, loss);
    compare(curvature, fmt::format("block[{}]", k), rules.block(k), block, largest(dx));
    compare(residual, fmt::format("residual[{}]", k), diagonal, bend, largest(dx));
  }
  for (std::size_t p = 0; p < point.parameters.size(); ++p) {
    const HostMatrix expected = gradient_by_differences(rules, rules.point().parameters[p], step, mean);
    rules.backward();
    compare(parameters, fmt::format("dparameters[{}]", p), rules.dparameter(p), expected, loss);
  }
  std::vector<RuleError> errors{gradient, parameters, curvature, residual};
  if (op.tangent != nullptr) errors.push_back(check_tangent(op, point, step));
  if (op.factor_hessian != nullptr) errors.push_back(check_factor(op, point, step));
  return errors;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
