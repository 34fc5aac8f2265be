#include "second_order/second_order.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/sgd.h"
#include "ops/ops.h"
#include "tests/support/network.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

constexpr double kExact = std::is_same_v<real, double> ? 1e-9 : 1e-3;
constexpr CgOptions kConverged{.max_iterations = 500, .tolerance = std::is_same_v<real, double> ? 1e-14 : 1e-6};

/// ((1-α) M ⊗ G + αI) x = -vec(gradient), densely.
Matrix dense_direction(const Matrix& second_moment, const Matrix& G, const Matrix& gradient, double alpha) {
  Matrix system = kronecker(second_moment, G);
  for (real& value : system.values) value *= static_cast<real>(1 - alpha);
  for (int i = 0; i < system.rows; ++i) system(i, i) += static_cast<real>(alpha);
  Matrix right_side = vec(gradient);
  for (real& value : right_side.values) value = -value;
  return solve_spd(system, right_side);
}

TEST(SecondOrder, StepIsThePapersUpdate) {
  for (const Curvature* kind : curvatures()) {
    Network network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
    const double alpha = 0.1;
    const double eta = 0.3;
    SecondOrder optimizer(*network.plan, {.curvature = kind, .learning_rate = eta, .alpha = alpha, .cg = kConverged});
    Propagation propagation(*network.plan, *kind);
    ASSERT_TRUE(propagation.run().usable());

    std::vector<Matrix> expected;
    for (const LayerBlock& layer : propagation.layers()) {
      const Matrix G = from_view(propagation.block(layer));
      const Matrix h = from_view(propagation.input(layer));
      Matrix a(h.rows, 1);
      for (int i = 0; i < h.rows; ++i) {
        for (int s = 0; s < h.cols; ++s) a(i, 0) += h(i, s) / static_cast<real>(h.cols);
      }
      const auto moved = [&](int parameter, const Matrix& second_moment) {
        Matrix value = from_view(network.parameter(parameter));
        const Matrix gradient = from_view(network.plan->parameter_gradient(parameter));
        const Matrix direction = dense_direction(second_moment, G, gradient, alpha);
        for (std::size_t i = 0; i < value.values.size(); ++i) {
          value.values[i] += static_cast<real>(eta) * direction.values[i];
        }
        return value;
      };
      expected.push_back(moved(layer.weight, product(a, transposed(a))));  // (10b), (11b)
      expected.push_back(moved(layer.bias, Matrix{1, 1, {1}}));            // (10a)
    }
    ASSERT_TRUE(optimizer.step().taken);
    for (std::size_t p = 0; p < expected.size(); ++p) {
      EXPECT_LT(relative_error(from_view(network.parameter(static_cast<int>(p))), expected[p]), kExact)
          << kind->name << ", parameter " << p;
    }
    for (const SecondOrder::LayerSummary& layer : optimizer.layers()) {
      EXPECT_EQ(layer.weight.status, SolveStatus::Converged) << to_string(layer.weight);
      EXPECT_EQ(layer.bias.status, SolveStatus::Converged) << to_string(layer.bias);
    }
  }
}

std::vector<std::vector<real>> values(const Network& network) {
  std::vector<std::vector<real>> all;
  for (const Tensor& parameter : network.model.graph->parameters()) all.push_back(parameter.to_host());
  return all;
}

TEST(SecondOrder, ChangesNothingWhereALayerCannotBeSolved) {
  Network network({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*network.plan, {});
  // The first layer is solved last but one and updated with the others: none may have moved before.
  copy_to_device(std::vector<real>(20, std::numeric_limits<real>::infinity()),
                 MatrixView{const_cast<real*>(network.plan->parameter_gradient(0).data), 5, 4});
  const auto before = values(network);
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("layer 1, weight: not finite: "));
  EXPECT_EQ(values(network), before);
}

TEST(SecondOrder, NamesTheCriterionBlockWhereThatIsNotFinite) {
  Network network({4, 3}, sigmoid, bounded, 2);
  fill(network.parameter(0), std::numeric_limits<real>::quiet_NaN());
  network.run();
  SecondOrder optimizer(*network.plan, {});
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("layer 1, criterion block: not finite: nan"));
}

TEST(SecondOrder, RefusesOptionsOutOfRange) {
  Network network({4, 3}, sigmoid, softmax_cross_entropy, 2);
  const auto message_of = [&](const SecondOrderOptions& options) -> std::string {
    try {
      SecondOrder(*network.plan, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  for (const double alpha : {0.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(message_of({.alpha = alpha}), HasSubstr("expected a number in (0, 1]"));
  }
  EXPECT_EQ(message_of({.alpha = 1}), "accepted");
  EXPECT_THAT(message_of({.cg = {.max_iterations = 0}}), HasSubstr("max_cg is 0, expected at least 1"));
  EXPECT_THAT(
      [] { weight_solver("newton"); },
      Throws<UsageError>(Property(&UsageError::what, HasSubstr("unknown solver 'newton', expected one of ea-cg"))));
  EXPECT_THAT(
      [] { curvature("hessian"); },
      Throws<UsageError>(Property(&UsageError::what, HasSubstr("expected one of fisher, gauss-newton, pch-1, pch-2"))));
}

/// α = 1 leaves the identity alone: every direction is minus the gradient.
TEST(SecondOrder, IsGradientDescentAtFullDamping) {
  Network second({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  Network first({4, 5, 3}, sigmoid, softmax_cross_entropy, 6);
  SecondOrder optimizer(*second.plan, {.learning_rate = 0.2, .alpha = 1, .cg = kConverged});
  Sgd sgd(*first.plan, {.learning_rate = 0.2, .momentum = 0});
  ASSERT_TRUE(optimizer.step().taken);
  ASSERT_TRUE(sgd.step().taken);
  for (int p = 0; p < 4; ++p) {
    EXPECT_LT(relative_error(from_view(second.parameter(p)), from_view(first.parameter(p))),
              100 * std::numeric_limits<real>::epsilon());
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
