#include "ops/ops.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/check/op_check.h"
#include "framework/error.h"
#include "framework/random.h"
#include "framework/workspace.h"
#include "ops/registry.h"
#include "tests/support/matrices.h"

/// Every registered op: forward against a formula written down again, and each rule against central differences of the
/// rule below it.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int kFeatures = 4;
constexpr int kOpsBatch = 3;

using Column = std::vector<double>;

struct ActivationCase {
  const Op* op;
  std::function<double(double)> f;
};

const std::vector<ActivationCase>& activation_cases() {
  static const std::vector<ActivationCase> cases{
      {&identity, [](double x) { return x; }},
      {&sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
      {&hyperbolic_tangent, [](double x) { return (std::exp(x) - std::exp(-x)) / (std::exp(x) + std::exp(-x)); }},
      {&softplus, [](double x) { return std::log(1 + std::exp(x)); }},
      {&silu, [](double x) { return x / (1 + std::exp(-x)); }},
      {&gelu, [](double x) { return x * (1 + std::erf(x / std::numbers::sqrt2)) / 2; }},
      {&relu, [](double x) { return std::max(x, 0.0); }},
      {&leaky_relu, [](double x) { return std::max(x, 0.01 * x); }},
  };
  return cases;
}

Column softmax(const Column& h) {
  Column p;
  for (const double value : h) p.push_back(std::exp(value));
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& value : p) value /= sum;
  return p;
}

double likelihood(const Column& h, const Column& t) {
  const Column p = softmax(h);
  double log_likelihood = 0;
  for (std::size_t i = 0; i < h.size(); ++i) log_likelihood += t[i] * std::log(p[i]);
  return std::exp(log_likelihood);
}

double biweight(double r) {
  const double c = 4.685;
  return std::abs(r) > c ? c * c / 6 : c * c / 6 * (1 - std::pow(1 - r * r / (c * c), 3));
}

enum class Targets { OneHot, Distribution, Fractions, Numbers };

struct CriterionCase {
  const Op* op;
  Targets targets;
  std::function<double(const Column& h, const Column& t)> loss;
};

const std::vector<CriterionCase>& criterion_cases() {
  const auto cross_entropy = [](const Column& h, const Column& t) { return -std::log(likelihood(h, t)); };
  const auto bounded_loss = [](const Column& h, const Column& t) {
    return 1 / (1 + std::exp(5 * (likelihood(h, t) - 0.2)));  // (14)
  };
  const auto binary_cross_entropy = [](const Column& h, const Column& t) {
    double sum = 0;
    for (std::size_t i = 0; i < h.size(); ++i) {
      const double s = 1 / (1 + std::exp(-h[i]));
      sum -= t[i] * std::log(s) + (1 - t[i]) * std::log(1 - s);
    }
    return sum;
  };
  static const std::vector<CriterionCase> cases{
      {&softmax_cross_entropy, Targets::OneHot, cross_entropy},
      {&softmax_cross_entropy, Targets::Distribution, cross_entropy},
      {&bounded, Targets::OneHot, bounded_loss},
      {&bounded, Targets::Distribution, bounded_loss},
      {&squared_error, Targets::Numbers,
       [](const Column& h, const Column& t) {
         double sum = 0;
         for (std::size_t i = 0; i < h.size(); ++i) sum += (h[i] - t[i]) * (h[i] - t[i]) / 2;
         return sum;
       }},
      {&tukey_biweight, Targets::Numbers,
       [](const Column& h, const Column& t) {
         double sum = 0;
         for (std::size_t i = 0; i < h.size(); ++i) sum += biweight(h[i] - t[i]);
         return sum;
       }},
      {&sigmoid_cross_entropy, Targets::Fractions, binary_cross_entropy},
      {&sigmoid_cross_entropy, Targets::OneHot, binary_cross_entropy},
  };
  return cases;
}

Matrix targets(Random& random, Targets kind) {
  Matrix t = random_matrix(random, kFeatures, kOpsBatch, -6, 6);
  if (kind == Targets::Fractions) {
    for (real& value : t.values) value = (value + 6) / 12;
  }
  for (int col = 0; col < kOpsBatch; ++col) {
    if (kind == Targets::OneHot) {
      for (int row = 0; row < kFeatures; ++row) t(row, col) = row == (col + 1) % kFeatures ? 1 : 0;
    } else if (kind == Targets::Distribution) {
      Column raw;
      for (int row = 0; row < kFeatures; ++row) raw.push_back(t(row, col) / 3);
      const Column p = softmax(raw);
      for (int row = 0; row < kFeatures; ++row) t(row, col) = p[static_cast<std::size_t>(row)];
    }
  }
  return t;
}

Column column(const Matrix& m, int col) {
  Column values;
  for (int row = 0; row < m.rows; ++row) values.push_back(m(row, col));
  return values;
}

/// Central differences with step 1e-5 are good to about 1e-9 in double.
void expect_rules_hold(const Op& op, const OpPoint& point) {
  for (const RuleError& error : check_op(op, point)) {
    EXPECT_LT(error.relative, 1e-8) << op.name << ", " << error.rule << ": " << error.worst;
  }
}

Matrix run_forward(const Op& op, const std::vector<Tensor>& x, const std::vector<Tensor>& parameters, int rows) {
  Tensor y(rows, x[0].shape().cols);
  const std::vector<ConstMatrixView> inputs(x.begin(), x.end());
  const std::vector<ConstMatrixView> values(parameters.begin(), parameters.end());
  op.forward({.x = inputs, .parameters = values, .y = y});
  return from_view(y);
}

TEST(Ops, EveryRegisteredOpHasACase) {
  std::set<std::string_view> covered{affine.name};
  for (const ActivationCase& c : activation_cases()) covered.insert(c.op->name);
  for (const CriterionCase& c : criterion_cases()) covered.insert(c.op->name);
  for (const Op* op : all_ops()) EXPECT_TRUE(covered.contains(op->name)) << op->name << " has no case in this table";
  EXPECT_EQ(covered.size(), all_ops().size()) << "two ops of one name, or a case for an op that is not registered";
}

TEST(Ops, Affine) {
  Random random(1, Random::Stream::Test);
  const Matrix w = random_matrix(random, 5, kFeatures);
  const Matrix b = random_matrix(random, 5, 1);
  const Matrix x = random_matrix(random, kFeatures, kOpsBatch);
  const OpPoint point{.x = {to_tensor(x)},
                      .parameters = {to_tensor(w), to_tensor(b)},
                      .dy = to_tensor(random_matrix(random, 5, kOpsBatch)),
                      .H = to_tensor(random_spd(random, 5))};
  Matrix expected = product(w, x);
  for (int col = 0; col < kOpsBatch; ++col) {
    for (int row = 0; row < 5; ++row) expected(row, col) += b(row, 0);
  }
  EXPECT_LT(relative_error(run_forward(affine, point.x, point.parameters, 5), expected), 1e-14);
  expect_rules_hold(affine, point);
}

TEST(Ops, Activations) {
  for (const ActivationCase& c : activation_cases()) {
    SCOPED_TRACE(c.op->name);
    Random random(2, Random::Stream::Test);
    Matrix x = random_matrix(random, kFeatures, kOpsBatch, -3, 3);
    for (real& value : x.values) {
      if (std::abs(value) < 0.05) value += 0.1;  // not across the kinks of the piecewise linear ones
    }
    const Matrix y = run_forward(*c.op, {to_tensor(x)}, {}, kFeatures);
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      EXPECT_NEAR(y.values[i], c.f(x.values[i]), 1e-14) << "x = " << x.values[i];
    }
    expect_rules_hold(*c.op, {.x = {to_tensor(x)},
                              .parameters = {},
                              .dy = to_tensor(random_matrix(random, kFeatures, kOpsBatch)),
                              .H = to_tensor(random_spd(random, kFeatures))});
  }
}

TEST(Ops, Criteria) {
  for (const CriterionCase& c : criterion_cases()) {
    SCOPED_TRACE(c.op->name);
    Random random(3, Random::Stream::Test);
    const Matrix h = random_matrix(random, kFeatures, kOpsBatch, -2, 2);
    const Matrix t = targets(random, c.targets);
    const Matrix y = run_forward(*c.op, {to_tensor(h), to_tensor(t)}, {}, 1);
    for (int col = 0; col < kOpsBatch; ++col) EXPECT_NEAR(y(0, col), c.loss(column(h, col), column(t, col)), 1e-13);
    expect_rules_hold(*c.op, {.x = {to_tensor(h), to_tensor(t)},
                              .parameters = {},
                              .dy = to_tensor(random_matrix(random, 1, kOpsBatch, 0.5, 2)),
                              .H = Tensor(1, 1)});
  }
}

/// The convex ones have a block that is positive semi-definite wherever one looks; the others do not.
TEST(Ops, ConvexityIsWhatTheOpSays) {
  for (const CriterionCase& c : criterion_cases()) {
    Random random(4, Random::Stream::Test);
    double lowest = 0;
    for (int trial = 0; trial < 50; ++trial) {
      const std::vector<Tensor> x{to_tensor(random_matrix(random, kFeatures, kOpsBatch, -4, 4)),
                                  to_tensor(targets(random, c.targets))};
      Tensor y(1, kOpsBatch);
      Tensor dy(1, kOpsBatch);
      fill(dy, 1);
      Tensor block(kFeatures, kFeatures);
      Tensor residual(kFeatures, 1);
      Workspace workspace;
      const std::vector<ConstMatrixView> inputs(x.begin(), x.end());
      c.op->curvature_backward({.x = inputs,
                                .parameters = {},
                                .y = y,
                                .dy = dy,
                                .H = {},
                                .block = std::array{block.view(), MatrixView{}},
                                .residual = std::array{residual.view(), MatrixView{}},
                                .workspace = workspace});
      const std::vector<double> values = eigen(from_view(block)).values;
      lowest = std::min(lowest, *std::ranges::min_element(values) /
                                    *std::ranges::max_element(values, {}, [](double v) { return std::abs(v); }));
    }
    if (c.op->convex) {
      EXPECT_GE(lowest, -1e-12) << c.op->name;
    } else {
      EXPECT_LT(lowest, -1e-3) << c.op->name;
    }
  }
}

TEST(Ops, UnknownNamesListTheKnownOnes) {
  using ::testing::HasSubstr;
  EXPECT_THAT(
      [] { activation("sigmoyd"); },
      ::testing::Throws<UsageError>(::testing::Property(
          &UsageError::what, HasSubstr("unknown activation 'sigmoyd', expected one of identity, sigmoid, tanh"))));
  EXPECT_THAT(
      [] { criterion("mse"); },
      ::testing::Throws<UsageError>(::testing::Property(
          &UsageError::what,
          HasSubstr("expected one of cross-entropy, bounded, squared-error, tukey-biweight, sigmoid-cross-entropy"))));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
