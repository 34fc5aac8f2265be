#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "framework/linalg.h"
#include "framework/plan.h"
#include "models/dsl.h"
#include "tests/support/matrices.h"

/// What a run computes: against loops on the host, and backward against differences of forward.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int features = 3;  // of the outputs and targets

// y = x₀ + x₁
const Op add{.name = "add",
             .arity = 2,
             .shape = [](const ShapeArgs& args) { return args.features[0]; },
             .forward =
                 [](const ForwardArgs& args) {
                   fill(args.y, 0);
                   for (const ConstMatrixView x : args.x) axpy(1, x, args.y);
                 },
             .backward =
                 [](const BackwardArgs& args) {
                   for (const MatrixView dx : args.dx) axpy(1, args.dy, dx);
                 }};

Expr two_layers(Graph&, Expr x) { return dense(hyperbolic_tangent(dense(x, 5)), features); }

/// h feeds a layer and the sum.
Expr skips_a_layer(Graph&, Expr x) {
  const Expr h = hyperbolic_tangent(dense(x, features));
  return add(dense(h, features), h);
}

Expr adds_to_itself(Graph&, Expr x) {
  const Expr h = hyperbolic_tangent(dense(x, features));
  return add(h, h);
}

Expr shares_parameters(Graph& graph, Expr x) {
  const Weight w = weight(graph, 4, 4);
  const Bias b = bias(graph, 4);
  const Expr h = hyperbolic_tangent(w * x + b);
  return dense(hyperbolic_tangent(w * h + b), features);
}

/// A network of one of these forms under a criterion, with random parameters and data; forward and backward done.
struct Case {
  Graph graph;
  Expr x = graph.input(4);
  Expr output;
  Expr loss;
  Plan plan;

  Case(Expr (*network)(Graph&, Expr), const Matrix& samples, std::uint64_t seed = 1,
       Plan::Buffers buffers = Plan::Buffers::ValuesAndGradients)
      : output(network(graph, x)),
        loss(squared_error(output, graph.input(features))),
        plan(graph, loss, samples.cols, buffers) {
    Random random(seed, Random::Stream::Test);
    for (Tensor& parameter : graph.parameters()) {
      parameter.assign(random_matrix(random, parameter.shape().rows, parameter.shape().cols).values);
    }
    copy_to_device(samples.values, plan.input(x));
    copy_to_device(random_matrix(random, features, samples.cols).values, plan.input({&graph, loss.index - 1}));
    plan.forward();
    plan.backward();
  }

  [[nodiscard]] Tensor& parameter(int index) { return graph.parameters()[static_cast<std::size_t>(index)]; }
};

Matrix random_samples(int count) {
  Random random(2, Random::Stream::Test);
  return random_matrix(random, 4, count);
}

// Truncation is O(step²) and rounding O(ε / step): with step = ε^⅓ both are O(ε^⅔).
const double step = std::cbrt(kEpsilon);
const double difference_tolerance = 100 * step * step;

/// ∂E[ξ]/∂parameter by central differences.
Matrix differences(Case& one, int parameter) {
  Tensor& tensor = one.parameter(parameter);
  const Matrix origin = from_view(tensor);
  Matrix gradient = origin;
  for (std::size_t i = 0; i < origin.values.size(); ++i) {
    std::array<double, 2> at{};
    std::array<double, 2> loss{};
    for (const std::size_t side : {0U, 1U}) {
      Matrix moved = origin;
      moved.values[i] += static_cast<real>(side == 0 ? -step : step);
      at[side] = moved.values[i];
      tensor.assign(moved.values);
      one.plan.forward();
      loss[side] = one.plan.mean_loss();
    }
    gradient.values[i] = static_cast<real>((loss[1] - loss[0]) / (at[1] - at[0]));
  }
  tensor.assign(origin.values);
  one.plan.forward();
  return gradient;
}

TEST(PlanGradients, OfParametersAreDifferencesOfTheMeanLoss) {
  struct Named {
    const char* name;
    Expr (*network)(Graph&, Expr);
  };
  for (const Named& form : {Named{"two layers", two_layers}, Named{"a value used by two ops", skips_a_layer},
                            Named{"a value used twice by one op", adds_to_itself},
                            Named{"parameters used by two layers", shares_parameters}}) {
    for (const int batch : {1, 7}) {
      Case one(form.network, random_samples(batch));
      for (int p = 0; p < static_cast<int>(one.graph.parameters().size()); ++p) {
        EXPECT_LE(relative_error(from_view(one.plan.parameter_gradient(p)), differences(one, p)), difference_tolerance)
            << form.name << ", batch " << batch << ", parameter " << p;
      }
    }
  }
}

TEST(PlanGradients, OfValuesAreThoseOfTheirSample) {
  // With one-hot samples, column j of the first weight moves z of sample j alone: ∂ξⱼ/∂zⱼ = B ∂E[ξ]/∂W₋ⱼ.
  Matrix one_hot(4, 4);
  for (int j = 0; j < 4; ++j) one_hot(j, j) = 1;
  for (Expr (*network)(Graph&, Expr) : {two_layers, skips_a_layer, adds_to_itself}) {
    Case one(network, one_hot);
    const Expr z{&one.graph, one.x.index + 1};
    const Matrix gradient = from_view(one.plan.gradient(z));
    EXPECT_LE(relative_error(gradient, 4 * differences(one, 0)), difference_tolerance);
  }
}

TEST(PlanGradients, AddUpWhereAValueIsUsedTwice) {
  Case one(adds_to_itself, random_samples(7));
  const Expr h{&one.graph, one.output.index - 1};
  EXPECT_EQ(from_view(one.plan.gradient(h)), 2 * from_view(one.plan.gradient(one.output)));
}

TEST(PlanGradients, AddUpWhereAParameterIsUsedTwice) {
  Case shared(shares_parameters, random_samples(7));
  Case apart(
      [](Graph&, Expr x) { return dense(hyperbolic_tangent(dense(hyperbolic_tangent(dense(x, 4)), 4)), features); },
      random_samples(7));
  for (const auto& [index, same] : {std::pair{0, 0}, {1, 1}, {2, 0}, {3, 1}, {4, 2}, {5, 3}}) {
    apart.parameter(index).assign(shared.parameter(same).to_host());
  }
  const Expr targets{&shared.graph, shared.loss.index - 1};
  copy(shared.plan.value(targets), apart.plan.input({&apart.graph, apart.loss.index - 1}));
  apart.plan.forward();
  apart.plan.backward();
  for (const int p : {0, 1}) {
    const Matrix sum = from_view(apart.plan.parameter_gradient(p)) + from_view(apart.plan.parameter_gradient(p + 2));
    // Both are means over seven samples, added up in another order.
    EXPECT_LE(relative_error(from_view(shared.plan.parameter_gradient(p)), sum), 2 * 7 * kEpsilon) << p;
  }
}

/// A weight that one op has is left out of ValuesAndDeltas, one that two share is not; add_gradient gives both.
TEST(PlanGradients, LeftOutAreMadeWhereTheyAreWanted) {
  struct Form {
    Expr (*network)(Graph&, Expr);
    std::vector<bool> left_out;  // by parameter
  };
  for (const Form& form :
       {Form{two_layers, {true, false, true, false}}, Form{skips_a_layer, {true, false, true, false}},
        Form{shares_parameters, {false, false, true, false}}}) {
    Case whole(form.network, random_samples(7));
    Case deltas(form.network, random_samples(7), 1, Plan::Buffers::ValuesAndDeltas);
    ASSERT_EQ(whole.graph.parameters().size(), form.left_out.size());
    for (std::size_t i = 0; i < form.left_out.size(); ++i) {
      const int p = static_cast<int>(i);
      EXPECT_EQ(static_cast<bool>(deltas.plan.parameter_gradient(p)), !form.left_out[i]) << p;
      EXPECT_TRUE(deltas.plan.uses(p));
      const Matrix expected = from_view(whole.plan.parameter_gradient(p));
      for (const Case* one : {&whole, &deltas}) {
        Tensor sum = to_tensor(map([](real) { return std::numeric_limits<real>::quiet_NaN(); }, expected));
        one->plan.add_gradient(p, 0, sum);
        EXPECT_LE(relative_error(from_view(sum), expected), 4 * kEpsilon) << p;
        one->plan.add_gradient(p, real{0.5}, sum);
        EXPECT_LE(relative_error(from_view(sum), 1.5 * expected), 4 * kEpsilon) << p;
      }
    }
  }
}

Matrix plus_bias(Matrix z, const Matrix& bias) {
  for (int j = 0; j < z.cols; ++j) {
    for (int i = 0; i < z.rows; ++i) z(i, j) += bias(i, 0);
  }
  return z;
}

Matrix mean_column(const Matrix& values) {
  const Matrix ones = map([](real) { return real{1}; }, Matrix(values.cols, 1));
  return (1.0 / values.cols) * product(values, ones);
}

TEST(PlanGradients, OfTwoLayersAreThoseOfPlainLoops) {
  for (const int batch : {1, 7}) {
    SCOPED_TRACE(batch);
    Case one(two_layers, random_samples(batch));
    const auto parameter = [&](int index) { return from_view(one.parameter(index)); };
    const auto value = [&](int index) { return from_view(one.plan.value({&one.graph, index})); };
    const auto gradient = [&](int index) { return from_view(one.plan.gradient({&one.graph, index})); };
    const auto parameter_gradient = [&](int index) { return from_view(one.plan.parameter_gradient(index)); };
    // Three stages forward and three back, each of at most eight roundings.
    const double tolerance = 6 * 8 * kEpsilon;
    const Matrix x = value(0);
    const Matrix t = value(4);

    const Matrix z1 = plus_bias(product(parameter(0), x), parameter(1));
    const Matrix h1 = map([](real z) { return std::tanh(z); }, z1);
    const Matrix z2 = plus_bias(product(parameter(2), h1), parameter(3));
    const Matrix dz2 = z2 + -1 * t;
    Matrix loss(1, batch);
    for (int j = 0; j < batch; ++j) {
      for (int i = 0; i < features; ++i) loss(0, j) += dz2(i, j) * dz2(i, j) / 2;
    }
    EXPECT_LE(relative_error(value(1), z1), tolerance);
    EXPECT_LE(relative_error(value(2), h1), tolerance);
    EXPECT_LE(relative_error(value(3), z2), tolerance);
    EXPECT_LE(relative_error(value(5), loss), tolerance);
    const double mean_loss = mean_column(loss)(0, 0);
    EXPECT_NEAR(one.plan.mean_loss(), mean_loss, tolerance * mean_loss);

    const Matrix dh1 = product(transposed(parameter(2)), dz2);
    Matrix dz1 = dh1;
    for (std::size_t i = 0; i < dz1.values.size(); ++i) dz1.values[i] *= 1 - h1.values[i] * h1.values[i];
    EXPECT_EQ(gradient(5), map([](real) { return real{1}; }, loss));
    EXPECT_LE(relative_error(gradient(3), dz2), tolerance);
    EXPECT_LE(relative_error(gradient(2), dh1), tolerance);
    EXPECT_LE(relative_error(gradient(1), dz1), tolerance);
    EXPECT_LE(relative_error(parameter_gradient(0), (1.0 / batch) * product(dz1, transposed(x))), tolerance);
    EXPECT_LE(relative_error(parameter_gradient(1), mean_column(dz1)), tolerance);
    EXPECT_LE(relative_error(parameter_gradient(2), (1.0 / batch) * product(dz2, transposed(h1))), tolerance);
    EXPECT_LE(relative_error(parameter_gradient(3), mean_column(dz2)), tolerance);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
