#include "framework/op_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/core.h>

#include "framework/error.h"
#include "framework/workspace.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

/// A host matrix of doubles, which is all that differences are made of.
class Host {
 public:
  explicit Host(Shape shape) : shape_(shape), values_(shape.size()) {}
  explicit Host(ConstMatrixView view) : shape_(view.shape()) {
    const std::vector<real> copied = to_host(view);
    values_.assign(copied.begin(), copied.end());
  }

  [[nodiscard]] Shape shape() const { return shape_; }
  [[nodiscard]] std::span<double> values() { return values_; }
  [[nodiscard]] std::span<const double> values() const { return values_; }
  double& operator()(int row, int col) { return values_[index(row, col)]; }
  double operator()(int row, int col) const { return values_[index(row, col)]; }

 private:
  [[nodiscard]] std::size_t index(int row, int col) const {
    return static_cast<std::size_t>(row) + static_cast<std::size_t>(col) * static_cast<std::size_t>(shape_.rows);
  }

  Shape shape_;
  std::vector<double> values_;
};

/// Rules add to what they are given: they are given ones, which are taken off again.
constexpr double kGiven = 1;

Host added(const Tensor& result) {
  Host host(result);
  for (double& value : host.values()) value -= kGiven;
  return host;
}

/// Calls the rules of an op at a point that may be moved between calls.
class Rules {
 public:
  Rules(const Op& op, OpPoint point) : op_(op), point_(std::move(point)), y_(point_.dy.shape()) {
    for (const Tensor& x : point_.x) {
      dx_.emplace_back(x.shape());
      blocks_.emplace_back(x.shape().rows, x.shape().rows);
      residuals_.emplace_back(x.shape().rows, 1);
    }
    for (const Tensor& parameter : point_.parameters) dparameters_.emplace_back(parameter.shape());
  }

  OpPoint& point() { return point_; }
  [[nodiscard]] Host dx(std::size_t input) const { return added(dx_[input]); }
  [[nodiscard]] Host dparameter(std::size_t parameter) const { return added(dparameters_[parameter]); }
  [[nodiscard]] Host block(std::size_t input) const { return added(blocks_[input]); }
  [[nodiscard]] Host residual(std::size_t input) const { return added(residuals_[input]); }

  Host forward() {
    op_.forward({.x = views(point_.x), .parameters = views(point_.parameters), .y = y_});
    return Host(y_);
  }

  void backward() {
    forward();
    for (Tensor& gradient : dx_) fill(gradient, kGiven);
    for (Tensor& gradient : dparameters_) fill(gradient, kGiven);
    workspace_.reset();
    op_.backward({.x = views(point_.x),
                  .parameters = views(point_.parameters),
                  .y = y_,
                  .dy = point_.dy,
                  .dx = mutable_views(dx_),
                  .dparameters = mutable_views(dparameters_),
                  .workspace = workspace_});
  }

  void curvature_backward() {
    backward();
    for (Tensor& block : blocks_) fill(block, kGiven);
    for (Tensor& residual : residuals_) fill(residual, kGiven);
    workspace_.reset();
    op_.curvature_backward({.x = views(point_.x),
                            .parameters = views(point_.parameters),
                            .y = y_,
                            .dy = point_.dy,
                            .H = point_.H,
                            .block = mutable_views(blocks_),
                            .residual = mutable_views(residuals_),
                            .workspace = workspace_});
  }

 private:
  static std::vector<ConstMatrixView> views(const std::vector<Tensor>& tensors) {
    return {tensors.begin(), tensors.end()};
  }
  static std::vector<MatrixView> mutable_views(std::vector<Tensor>& tensors) {
    return {tensors.begin(), tensors.end()};
  }

  const Op& op_;
  OpPoint point_;
  Tensor y_;
  std::vector<Tensor> dx_;
  std::vector<Tensor> dparameters_;
  std::vector<Tensor> blocks_;
  std::vector<Tensor> residuals_;
  Workspace workspace_;
};

/// ∂ rule() / ∂ (one entry of a tensor), by the central difference.
template <class Rule>
Host difference(Tensor& tensor, int row, int col, double step, const Rule& rule) {
  const std::vector<real> origin = tensor.to_host();
  const std::size_t entry = static_cast<std::size_t>(row) + static_cast<std::size_t>(col * tensor.shape().rows);
  std::vector<real> moved = origin;
  const double h = step * std::max(1.0, std::abs(static_cast<double>(origin[entry])));
  const auto at = [&](double offset) {
    moved[entry] = static_cast<real>(static_cast<double>(origin[entry]) + offset);
    tensor.assign(moved);
    return rule();
  };
  const Host below = at(-h);
  const double from = static_cast<double>(moved[entry]);
  Host above = at(h);
  // What was really added: h has been rounded.
  const double width = static_cast<double>(moved[entry]) - from;
  tensor.assign(origin);
  for (std::size_t i = 0; i < above.values().size(); ++i) {
    above.values()[i] = (above.values()[i] - below.values()[i]) / width;
  }
  return above;
}

/// Of one sample, ∂ (its column of rule()) / ∂ (its column of x).
template <class Rule>
Host jacobian(Tensor& x, int sample, double step, const Rule& rule) {
  const int columns = x.shape().rows;
  Host result(Shape{0, 0});
  for (int col = 0; col < columns; ++col) {
    const Host moved = difference(x, col, sample, step, rule);
    if (col == 0) result = Host(Shape{moved.shape().rows, columns});
    for (int row = 0; row < moved.shape().rows; ++row) result(row, col) = moved(row, sample);
  }
  return result;
}

/// sum += factor Jᵀ H J
void add_congruence(const Host& J, const Host& H, double factor, Host& sum) {
  const int outputs = J.shape().rows;
  for (int i = 0; i < J.shape().cols; ++i) {
    for (int j = 0; j < J.shape().cols; ++j) {
      for (int k = 0; k < outputs; ++k) {
        for (int l = 0; l < outputs; ++l) sum(i, j) += factor * J(k, i) * H(k, l) * J(l, j);
      }
    }
  }
}

void compare(RuleError& error, const std::string& what, const Host& found, const Host& expected) {
  double scale = 0.01;
  for (const double value : expected.values()) scale = std::max(scale, std::abs(value));
  for (int col = 0; col < expected.shape().cols; ++col) {
    for (int row = 0; row < expected.shape().rows; ++row) {
      const double distance = std::abs(found(row, col) - expected(row, col)) / scale;
      const double relative = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
      if (relative <= error.relative) continue;
      error.relative = relative;
      error.worst = fmt::format("{}({}, {}): found {:.10g}, expected {:.10g}", what, row, col, found(row, col),
                                expected(row, col));
    }
  }
}

/// Each entry of `moved` moves y by ∂y, so the gradient there is factor Σ dy ∂y.
Host gradient_by_differences(Rules& rules, Tensor& moved, double step, double factor) {
  const Host dy(rules.point().dy);
  Host gradient(moved.shape());
  for (int col = 0; col < moved.shape().cols; ++col) {
    for (int row = 0; row < moved.shape().rows; ++row) {
      const Host dy_dx = difference(moved, row, col, step, [&] { return rules.forward(); });
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
  Rules rules(op, point);
  const bool criterion = op.kind == Op::Kind::Criterion;
  const std::size_t inputs = criterion ? 1 : point.x.size();  // targets are constants
  const int batch = point.dy.shape().cols;
  const double mean = 1.0 / batch;

  RuleError gradient{.rule = "gradient"};
  RuleError parameters{.rule = "parameter gradient"};
  RuleError curvature{.rule = "curvature"};
  RuleError residual{.rule = "residual"};
  for (std::size_t k = 0; k < inputs; ++k) {
    Tensor& x = rules.point().x[k];
    const int n = x.shape().rows;
    const auto forward = [&] { return rules.forward(); };
    const auto backward = [&] {
      rules.backward();
      return rules.dx(k);
    };
    const Host dx = gradient_by_differences(rules, x, step, 1);
    Host block(Shape{n, n});
    Host bend(Shape{n, n});
    for (int sample = 0; sample < batch; ++sample) {
      add_congruence(jacobian(x, sample, step, forward), criterion ? Host(Shape{1, 1}) : Host(point.H), mean, block);
      const Host second = jacobian(x, sample, step, backward);
      Host& sum = criterion ? block : bend;
      for (std::size_t i = 0; i < sum.values().size(); ++i) sum.values()[i] += mean * second.values()[i];
    }

    rules.curvature_backward();
    const Host emitted = rules.residual(k);
    Host diagonal(Shape{n, n});
    for (int i = 0; i < n; ++i) diagonal(i, i) = emitted(i, 0);
    compare(gradient, fmt::format("dx[{}]", k), rules.dx(k), dx);
    compare(curvature, fmt::format("block[{}]", k), rules.block(k), block);
    compare(residual, fmt::format("residual[{}]", k), diagonal, bend);
  }
  for (std::size_t p = 0; p < point.parameters.size(); ++p) {
    const Host expected = gradient_by_differences(rules, rules.point().parameters[p], step, mean);
    rules.backward();
    compare(parameters, fmt::format("dparameters[{}]", p), rules.dparameter(p), expected);
  }
  return {gradient, parameters, curvature, residual};
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
