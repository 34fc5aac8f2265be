#include <cmath>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/check/host_matrix.h"
#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/random.h"
#include "models/dsl.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "second_order/gauss_newton/damped_system.h"
#include "second_order/gauss_newton/line_derivatives.h"
#include "second_order/gauss_newton/output_jacobian.h"
#include "tests/support/dense_solve.h"
#include "tests/support/matrices.h"
#include "tests/support/one_thread.h"
#include "tools/check/random_model.h"

/// U, U Uᵀ, UᵀU/N and the damped systems against dense matrices in plain loops.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using GaussNewton = OneThread;

constexpr double kRounding = 1e-12;

/// J of the outputs, m N × P, by central differences; row i m + k is output k of sample i.
HostMatrix jacobian_by_differences(Plan& plan, int output) {
  ParameterVector theta(plan);
  theta.load(plan);
  const ParameterVector origin = theta;
  const auto outputs = [&] {
    theta.store(plan);
    plan.forward();
    return HostMatrix(plan.views(output).y);
  };
  const int m = plan.views(output).y.rows;
  HostMatrix jacobian(Shape{m * plan.batch(), theta.size()});
  for (int p = 0; p < theta.size(); ++p) {
    const MatrixView entry{theta.all().data + p, 1, 1};
    const real value = to_host_number(entry);
    const real step = 1e-5;
    fill(entry, value - step);
    const HostMatrix below = outputs();
    fill(entry, value + step);
    const HostMatrix above = outputs();
    fill(entry, value);
    for (std::size_t i = 0; i < above.values().size(); ++i) {
      jacobian(static_cast<int>(i), p) = (above.values()[i] - below.values()[i]) / (2 * step);
    }
  }
  origin.store(plan);
  plan.forward();
  return jacobian;
}

/// S of the plan's samples.
std::vector<HostMatrix> factors(const Plan& plan) {
  const Plan::NodeViews& root = plan.views(plan.root());
  const auto [m, batch] = root.x[0].shape();
  Tensor s(m, m * batch);
  Tensor r(m, batch);
  Tensor rest(m, batch);
  plan.graph().nodes()[to_index(plan.root())].op->factor_hessian(
      {.x = root.x[0], .t = root.x[1], .S = s, .r = r, .rest = rest});
  std::vector<HostMatrix> all;
  for (int i = 0; i < batch; ++i) all.emplace_back(columns(s.view(), i * m, m));
  return all;
}

/// U = SᵀJ
HostMatrix scaled(const HostMatrix& jacobian, const std::vector<HostMatrix>& factors) {
  HostMatrix u(jacobian.shape());
  const int m = factors.front().rows();
  for (int row = 0; row < u.rows(); ++row) {
    const HostMatrix& s = factors[to_index(row / m)];
    for (int p = 0; p < u.cols(); ++p) {
      for (int k = 0; k < m; ++k) u(row, p) += s(k, row % m) * jacobian(row / m * m + k, p);
    }
  }
  return u;
}

HostMatrix lower(MatrixView matrix) {
  HostMatrix result(matrix);
  for (int col = 0; col < result.cols(); ++col) {
    for (int row = 0; row < col; ++row) result(row, col) = result(col, row);
  }
  return result;
}

double distance(const HostMatrix& found, const HostMatrix& expected) {
  double largest_difference = 0;
  for (std::size_t i = 0; i < found.values().size(); ++i) {
    largest_difference = std::max(largest_difference, std::abs(found.values()[i] - expected.values()[i]));
  }
  return largest_difference / std::max(1e-3, largest(expected));
}

HostMatrix gram(const HostMatrix& u) {
  HostMatrix k(Shape{u.rows(), u.rows()});
  for (int a = 0; a < u.rows(); ++a) {
    for (int b = 0; b < u.rows(); ++b) {
      for (int p = 0; p < u.cols(); ++p) k(a, b) += u(a, p) * u(b, p);
    }
  }
  return k;
}

HostMatrix normal_matrix(const HostMatrix& u, int samples) {
  HostMatrix a(Shape{u.cols(), u.cols()});
  for (int i = 0; i < u.cols(); ++i) {
    for (int j = 0; j < u.cols(); ++j) {
      for (int row = 0; row < u.rows(); ++row) a(i, j) += u(row, i) * u(row, j) / samples;
    }
  }
  return a;
}

/// A model at a random point, its values made.
struct AtRandom {
  Model model;
  Plan plan;

  AtRandom(Model made, int batch, std::uint64_t seed)
      : model(std::move(made)), plan(*model.graph, model.loss, batch, Plan::Buffers::ValuesAndDeltas) {
    randomize(model, plan, seed);
    plan.forward();
  }
};

void expect_products(AtRandom& at, const std::string& what) {
  SCOPED_TRACE(what);
  Plan& plan = at.plan;
  const HostMatrix jacobian = jacobian_by_differences(plan, at.model.output.index);
  const HostMatrix u = scaled(jacobian, factors(plan));
  OutputJacobian found(plan);
  found.refresh();
  Tensor k(found.rows(), found.rows());
  found.gram(k);
  EXPECT_LT(distance(lower(k), gram(u)), 1e-8);
  ParameterVector product(plan);
  Tensor a(product.size(), product.size());
  found.normal_matrix(a);
  EXPECT_LT(distance(lower(a), normal_matrix(u, plan.batch())), 1e-8);

  Random random(3, Random::Stream::Test);
  Tensor v = to_tensor(random_matrix(random, found.outputs(), found.samples()));
  found.transposed_product(v, product);
  HostMatrix expected(Shape{product.size(), 1});
  const HostMatrix of_v(v);
  for (int p = 0; p < product.size(); ++p) {
    for (int row = 0; row < u.rows(); ++row) {
      expected(p, 0) += jacobian(row, p) * of_v.values()[to_index(row)] / plan.batch();
    }
  }
  EXPECT_LT(distance(HostMatrix(product.all()), expected), 1e-8);

  // J times a vector, by forward mode.
  LineDerivatives line(plan);
  line.run(product, /*second=*/true);
  HostMatrix along(Shape{u.rows(), 1});
  for (int row = 0; row < u.rows(); ++row) {
    for (int p = 0; p < u.cols(); ++p) along(row, 0) += jacobian(row, p) * expected(p, 0);
  }
  const ConstMatrixView first = line.first();
  EXPECT_LT(distance(HostMatrix(ConstMatrixView{first.data, u.rows(), 1}), along), 1e-8);
}

TEST_F(GaussNewton, ProductsAreThoseOfEveryActivationAndCriterion) {
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      AtRandom at(mlp({3, 5, 4, 2}, *activation, *criterion), 4, 1);
      expect_products(at, fmt::format("{}, {}", activation->name, criterion->name));
    }
  }
}

TEST_F(GaussNewton, ProductsAreExactWhereValuesFanOutAndLayersShareParameters) {
  Model model;
  Graph& graph = *model.graph;
  model.input = graph.input(3);
  const Parameter weight = graph.parameter({3, 3});
  const Parameter bias = graph.parameter({3, 1});
  const Parameter last = graph.parameter({2, 3});
  const Parameter last_bias = graph.parameter({2, 1});
  const auto layer = [&](Expr x, Parameter w, Parameter b) {
    const std::vector<Expr> inputs{x};
    const std::vector<Parameter> parameters{w, b};
    return graph.apply(affine, inputs, parameters);
  };
  const Expr first = hyperbolic_tangent(layer(model.input, weight, bias));
  const Expr second = sigmoid(layer(first, weight, bias));
  const Expr third = softplus(layer(second, weight, bias));
  model.output = layer(third, last, last_bias);
  model.target = graph.input(2);
  model.loss = squared_error(model.output, model.target);
  AtRandom at(std::move(model), 5, 2);
  expect_products(at, "one layer three times");
}

TEST_F(GaussNewton, TilesOfManySamplesAreThoseOfOne) {
  AtRandom at(mlp({2, 4, 3}, hyperbolic_tangent, squared_error), 300, 1);
  expect_products(at, "300 samples of 3 outputs");
}

TEST_F(GaussNewton, BothFormsAreTheDenseSolve) {
  for (const Op* criterion : criteria()) {
    SCOPED_TRACE(criterion->name);
    AtRandom at(mlp({3, 5, 2}, hyperbolic_tangent, *criterion), 6, 4);
    DampedSystem samples(at.plan, DampedSystem::Space::Samples);
    DampedSystem parameters(at.plan, DampedSystem::Space::Parameters);
    ParameterVector other(at.plan);
    Random random(5, Random::Stream::Test);
    const Matrix drawn = random_matrix(random, other.size(), 1);
    copy_to_device(drawn.values, other.all());
    const Tensor v = to_tensor(random_matrix(random, 2, 6));
    for (const double kappa : {1e-3, 10.0, 1e-6}) {  // down again, so that the matrix has to be put back
      for (const ParameterVector* w : {static_cast<const ParameterVector*>(nullptr), &std::as_const(other)}) {
        std::vector<HostMatrix> found;
        for (DampedSystem* system : {&samples, &parameters}) {
          if (kappa == 1e-3) system->refresh();
          ASSERT_TRUE(system->factor(kappa));
          ParameterVector x(at.plan);
          system->solve(v, w, x);
          found.emplace_back(x.all());
        }
        // The dense matrix and right-hand side.
        OutputJacobian jacobian(at.plan);
        jacobian.refresh();
        Tensor a(other.size(), other.size());
        jacobian.normal_matrix(a);
        Tensor seed(2, 6);
        jacobian.apply_factor(Transpose::No, v, seed);
        ParameterVector rhs(at.plan);
        jacobian.transposed_product(seed, rhs);
        if (w != nullptr) axpy(1, w->all(), rhs.all());
        const HostMatrix expected = solve_dense(lower(a), kappa, HostMatrix(rhs.all()));
        EXPECT_LT(distance(found[0], expected), 1e-9) << kappa;
        EXPECT_LT(distance(found[1], expected), 1e-9) << kappa;
      }
    }
  }
}

TEST_F(GaussNewton, TakesTheFormWithFewerOperations) {
  Model wide = mlp({100, 50, 1}, hyperbolic_tangent, squared_error);
  const Plan few(*wide.graph, wide.loss, 20, Plan::Buffers::ValuesAndDeltas);
  EXPECT_EQ(DampedSystem::cheaper(few).space, DampedSystem::Space::Samples);
  EXPECT_EQ(DampedSystem::cheaper(few).rows, 20);
  Model narrow = mlp({2, 3, 1}, hyperbolic_tangent, squared_error);
  const Plan many(*narrow.graph, narrow.loss, 500, Plan::Buffers::ValuesAndDeltas);
  EXPECT_EQ(DampedSystem::cheaper(many).space, DampedSystem::Space::Parameters);
  EXPECT_EQ(DampedSystem::cheaper(many).rows, 13);
}

TEST_F(GaussNewton, RefusesWhatIsTooLargeWithItsNumbers) {
  Model model = mlp({300, 100, 10}, hyperbolic_tangent, squared_error);
  const Plan plan(*model.graph, model.loss, 3000, Plan::Buffers::Values);
  EXPECT_THAT(
      [&] { DampedSystem::cheaper(plan); },
      testing::ThrowsMessage<UsageError>(
          "levenberg-marquardt: 30000 samples × outputs and 31110 parameters, expected at most 20000 of one of them, "
          "which makes a matrix of 3.2 GB: a smaller batch size or network"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
