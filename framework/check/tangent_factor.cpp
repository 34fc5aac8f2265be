#include "framework/check/tangent_factor.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "framework/check/differences.h"
#include "framework/check/op_rules.h"
#include "framework/index.h"
#include "framework/random.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

Tensor random_like(const Tensor& tensor, Random& random) {
  std::vector<real> values(tensor.size());
  for (real& value : values) value = static_cast<real>(random.uniform(-1, 1));
  return {tensor.shape(), values};
}

/// origin + s first + s²/2 second
Tensor moved(const Tensor& origin, const Tensor& first, const Tensor& second, double s) {
  HostMatrix sum(origin);
  const HostMatrix slope(first);
  const HostMatrix bend(second);
  for (std::size_t i = 0; i < sum.values().size(); ++i) {
    sum.values()[i] += s * slope.values()[i] + s * s / 2 * bend.values()[i];
  }
  Tensor tensor(origin.shape());
  sum.copy_to(tensor);
  return tensor;
}

/// A curve through a point: x and the parameters with their first and second derivatives by s.
struct Curve {
  const Op& op;
  const OpPoint& point;
  std::vector<Tensor> x_dot = {};
  std::vector<Tensor> x_ddot = {};
  std::vector<Tensor> parameters_dot = {};

  Curve(const Op& curve_op, const OpPoint& through) : op(curve_op), point(through) {
    Random random(1, Random::Stream::Test);
    for (const Tensor& x : point.x) {
      x_dot.push_back(random_like(x, random));
      x_ddot.push_back(random_like(x, random));
    }
    for (const Tensor& parameter : point.parameters) parameters_dot.push_back(random_like(parameter, random));
  }

  [[nodiscard]] OpPoint at(double s) const {
    OpPoint result{.x = {}, .parameters = {}, .dy = point.dy, .H = {}};
    for (std::size_t i = 0; i < point.x.size(); ++i) result.x.push_back(moved(point.x[i], x_dot[i], x_ddot[i], s));
    for (std::size_t p = 0; p < point.parameters.size(); ++p) {
      const Tensor& slope = parameters_dot[p];
      result.parameters.push_back(moved(point.parameters[p], slope, Tensor(slope.shape()), s));
    }
    return result;
  }

  /// ẏ and ÿ at s.
  [[nodiscard]] std::pair<HostMatrix, HostMatrix> tangent(double s) const {
    const OpPoint here = at(s);
    std::vector<Tensor> slopes;
    for (std::size_t i = 0; i < x_dot.size(); ++i) {
      slopes.push_back(moved(x_dot[i], x_ddot[i], Tensor(x_dot[i].shape()), s));
    }
    Tensor y_dot(point.dy.shape());
    Tensor y_ddot(point.dy.shape());
    fill(y_dot, 7);  // the rule overwrites
    fill(y_ddot, 7);
    op.tangent({.x = views(here.x),
                .x_dot = views(slopes),
                .x_ddot = views(x_ddot),
                .parameters = views(here.parameters),
                .parameters_dot = views(parameters_dot),
                .y_dot = y_dot,
                .y_ddot = y_ddot});
    return {HostMatrix(y_dot), HostMatrix(y_ddot)};
  }
};

HostMatrix slope_of(const HostMatrix& below, HostMatrix above, double step) {
  for (std::size_t i = 0; i < above.values().size(); ++i) {
    above.values()[i] = (above.values()[i] - below.values()[i]) / (2 * step);
  }
  return above;
}

double scale_of(const HostMatrix& expected, double size) {
  return std::max(0.1 * std::max(1.0, size), largest(expected));
}

/// One sample of a matrix with `width` columns a sample.
HostMatrix of_sample(const HostMatrix& all, int sample, int width) {
  HostMatrix part(Shape{all.rows(), width});
  for (int col = 0; col < width; ++col) {
    for (int row = 0; row < all.rows(); ++row) part(row, col) = all(row, sample * width + col);
  }
  return part;
}

/// S Sᵀ
HostMatrix square(const HostMatrix& s) {
  HostMatrix result(Shape{s.rows(), s.rows()});
  for (int col = 0; col < s.rows(); ++col) {
    for (int row = 0; row < s.rows(); ++row) {
      for (int k = 0; k < s.cols(); ++k) result(row, col) += s(row, k) * s(col, k);
    }
  }
  return result;
}

}  // namespace

RuleError check_tangent(const Op& op, const OpPoint& point, double step) {
  const Curve curve(op, point);
  const auto forward = [&](double s) { return OpRules(op, curve.at(s)).forward(); };
  const HostMatrix y = forward(0);
  const auto [first, second] = curve.tangent(0);
  const HostMatrix slope = slope_of(forward(-step), forward(step), step);
  const HostMatrix bend = slope_of(curve.tangent(-step).first, curve.tangent(step).first, step);
  Deviation deviation;
  deviation.include("y_dot", first, slope, scale_of(slope, largest(y)));
  deviation.include("y_ddot", second, bend, scale_of(bend, largest(first)));
  return {.rule = "tangent", .relative = deviation.relative, .worst = deviation.worst};
}

RuleError check_factor(const Op& op, const OpPoint& point, double step) {
  OpPoint here = point;
  fill(here.dy, 1);
  OpRules rules(op, here);
  const auto backward = [&] {
    rules.backward();
    return rules.dx(0);
  };
  const std::vector<HostMatrix> hessians = jacobians(rules.point().x[0], step, backward);
  const HostMatrix gradient = backward();
  const auto [n, batch] = here.x[0].shape();
  Tensor s(n, n * batch);
  Tensor r(n, batch);
  Tensor rest(n, batch);
  for (Tensor* result : {&s, &r, &rest}) fill(*result, 7);
  op.factor_hessian({.x = here.x[0], .t = here.x[1], .S = s, .r = r, .rest = rest});

  Deviation deviation;
  for (int sample = 0; sample < batch; ++sample) {
    const HostMatrix& expected = hessians[to_index(sample)];
    const HostMatrix factor = of_sample(HostMatrix(s), sample, n);
    HostMatrix reached = of_sample(HostMatrix(rest), sample, 1);
    for (int row = 0; row < n; ++row) {
      for (int k = 0; k < n; ++k) reached(row, 0) += factor(row, k) * HostMatrix(r)(k, sample);
    }
    deviation.include("S r + rest", reached, of_sample(gradient, sample, 1), scale_of(gradient, 0));
    const HostMatrix found = square(factor);
    const double scale = scale_of(expected, largest(gradient));
    constexpr double kRounding = 1e-9;  // of the differences
    if (eigen(expected).values.front() >= -kRounding * scale) {
      deviation.include(fmt::format("S S' of sample {}", sample), found, expected, scale);
      continue;
    }
    HostMatrix above = found;
    for (std::size_t i = 0; i < above.values().size(); ++i) above.values()[i] -= expected.values()[i];
    HostMatrix smallest(Shape{1, 1});
    smallest(0, 0) = std::min(0.0, eigen(above).values.front());
    deviation.include(fmt::format("smallest eigenvalue of S S' - M of sample {}", sample), smallest,
                      HostMatrix(Shape{1, 1}), scale);
  }
  return {.rule = "factor", .relative = deviation.relative, .worst = deviation.worst};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
