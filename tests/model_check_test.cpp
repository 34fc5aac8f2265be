#include "models/model_check.h"

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "framework/linalg.h"
#include "models/dsl.h"
#include "ops/registry.h"
#include "tests/support/network.h"
#include "tests/support/one_thread.h"
#include "tests/support/planted_ops.h"
#include "tests/support/sum_op.h"

/// What is right passes, and each planted error fails where it is, under the rules that it breaks and no others.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAreArray;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Property;
using testing::Throws;

using ModelCheck = OneThread;

std::set<std::string> failures(const std::vector<CheckResult>& results) {
  std::set<std::string> names;
  for (const CheckResult& result : results) {
    if (!result.passed()) names.insert(std::to_string(result.layer) + " " + result.rule);
  }
  return names;
}

/// 4-4-4-4 with a criterion, whose last layer and the activation below it may be planted ones.
struct Square {
  Graph graph;
  Expr x = graph.input(4);
  Expr t = graph.input(4);
  Expr loss;
  Plan plan;

  Square(const Op& activation, const Op& last, const Op& criterion)
      : loss(make(activation, last, criterion)), plan(graph, loss, 6, Plan::Buffers::ValuesAndGradients) {
    Random random(3, Random::Stream::Test);
    for (Tensor& parameter : graph.parameters()) {
      parameter.assign(random_matrix(random, parameter.shape().rows, parameter.shape().cols).values);
    }
    copy_to_device(random_matrix(random, 4, 6).values, plan.input(x));
    Matrix targets(4, 6);
    for (int sample = 0; sample < 6; ++sample) targets(sample % 4, sample) = 1;
    copy_to_device(targets.values, plan.input(t));
  }

 private:
  Expr make(const Op& activation, const Op& last, const Op& criterion) {
    const Expr h = activation(dense(sigmoid(dense(x, 4)), 4));
    const std::array parameters{graph.parameter({4, 4}), graph.parameter({4, 1})};
    return criterion(graph.apply(last, std::array{h}, parameters), t);
  }
};

TEST_F(ModelCheck, PassesForEveryActivationAndCriterion) {
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      for (const int batch : {1, 6}) {
        const RandomNetwork network({5, 4, 6, 3}, *activation, *criterion, batch);
        const std::vector<CheckResult> results = check_model(*network.plan);
        EXPECT_EQ(results.size(), criterion->convex ? 39 : 33);
        for (const CheckResult& result : results) {
          EXPECT_TRUE(result.passed()) << activation->name << ", " << criterion->name << ", B = " << batch << ", layer "
                                       << result.layer << ", " << result.rule << ": " << result.value << ", "
                                       << result.worst;
        }
      }
    }
  }
}

TEST_F(ModelCheck, FindsEachPlantedErrorWhereItIs) {
  const std::vector<std::string> exact{"1 exact block", "1 exact weight block", "2 exact block",
                                       "2 exact weight block"};
  const std::vector<std::string> gradients{"1 gradient of W", "1 gradient of b", "2 gradient of W", "2 gradient of b"};
  const std::vector<std::string> step{"2 gauss-newton recursion", "2 pch-1 recursion", "2 pch-2 recursion"};
  struct Case {
    const char* what;
    const Op& activation;
    const Op& last;
    const Op& criterion;
    std::vector<std::vector<std::string>> expected;
  };
  const std::vector<Case> cases{
      {"nothing", sigmoid, affine, softmax_cross_entropy, {}},
      // The absolute value of PCH-1 hides the sign.
      {"sign of f''", wrong_sign_of_bend, affine, softmax_cross_entropy, {exact, {"2 pch-2 recursion"}}},
      {"factor in f'", wrong_slope, affine, softmax_cross_entropy, {gradients, exact, step}},
      {"forward", wrong_forward, affine, softmax_cross_entropy, {gradients, exact, step}},
      {"absolute value per sample",
       residual_per_sample,
       affine,
       softmax_cross_entropy,
       {exact, {"2 pch-1 recursion", "2 pch-2 recursion"}}},
      {"transposed W", sigmoid, transposed_weight, softmax_cross_entropy, {exact, step}},
      {"a term of the criterion's block",
       sigmoid,
       affine,
       missing_term,
       {exact, {"3 exact block", "3 exact weight block", "3 pch-1 recursion", "3 pch-2 recursion"}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    Square network(c.activation, c.last, c.criterion);
    const std::vector<CheckResult> results = check_model(network.plan);
    std::set<std::string> expected;
    for (const auto& part : c.expected) expected.insert(part.begin(), part.end());
    EXPECT_THAT(failures(results), ElementsAreArray(expected));
    for (const CheckResult& result : results) {
      if (result.passed()) continue;
      EXPECT_THAT(result.value, Gt(1e-4)) << result.rule << ": hardly above rounding";
      EXPECT_THAT(result.worst, HasSubstr("): found ")) << result.rule;
      if (result.rule.ends_with("recursion")) {
        EXPECT_THAT(result.worst, HasSubstr("through ")) << result.rule;
        EXPECT_THAT(result.worst, HasSubstr(std::string(result.layer == 3 ? c.criterion.name : c.activation.name)));
      }
    }
  }
}

TEST_F(ModelCheck, FindsEachWrongPolicy) {
  struct Case {
    const char* what;
    Curvature kind;
    std::set<std::string> expected;
  };
  const auto changed = [](Curvature kind, CriterionBlock criterion, Residual residual) {
    kind.criterion = criterion;
    kind.residual = residual;
    return kind;
  };
  const std::vector<Case> cases{
      {"PCH-1 that clips",
       changed(pch_1, CriterionBlock::AbsoluteEigenvalues, Residual::Clip),
       {"1 pch-1 recursion", "2 pch-1 recursion"}},
      {"PCH-2 that takes absolute values",
       changed(pch_2, CriterionBlock::AbsoluteEigenvalues, Residual::Absolute),
       {"1 pch-2 recursion", "2 pch-2 recursion"}},
      {"Gauss-Newton that keeps the residual, of a criterion that is not convex",
       changed(gauss_newton, CriterionBlock::AsItIs, Residual::Keep),
       {"1 gauss-newton recursion", "1 gauss-newton eigenvalues", "2 gauss-newton recursion",
        "2 gauss-newton eigenvalues", "3 gauss-newton eigenvalues"}},
      {"PCH-1 with the criterion's block as it is",
       changed(pch_1, CriterionBlock::AsItIs, Residual::Absolute),
       {"3 pch-1 recursion", "3 pch-1 eigenvalues"}},
  };
  Square network(sigmoid, affine, bounded);
  for (const Case& c : cases) {
    const std::array kinds{&c.kind};
    const std::vector<CheckResult> results = check_model(network.plan, {.kinds = kinds});
    EXPECT_THAT(failures(results), ElementsAreArray(c.expected)) << c.what;
  }
}

TEST_F(ModelCheck, ComparesABlockThatCannotBeMadeWithNothing) {
  Square network(sigmoid, affine, bounded);
  fill(network.graph.parameters()[0], std::numeric_limits<real>::quiet_NaN());
  const std::set<std::string> failed = failures(check_model(network.plan));
  for (const char* rule : {"1 gradient of W", "3 exact block", "2 exact weight block", "2 pch-1 block", "1 pch-2 block",
                           "3 fisher block", "2 fisher eigenvalues"}) {
    EXPECT_TRUE(failed.contains(rule)) << rule;
  }
}

TEST_F(ModelCheck, RefusesAKindWithoutADefinition) {
  Square network(sigmoid, affine, bounded);
  static constexpr Curvature mine{.name = "mine", .description = ""};
  static constexpr std::array kinds{&mine};
  EXPECT_THAT([&] { check_model(network.plan, {.kinds = kinds}); },
              Throws<UsageError>(Property(&UsageError::what, HasSubstr("curvature mine: has no definition"))));
}

TEST_F(ModelCheck, LeavesThePlanAsItWas) {
  const RandomNetwork network({3, 4, 2}, hyperbolic_tangent, softmax_cross_entropy, 5);
  const auto state = [&network] {
    std::vector<Matrix> matrices;
    for (std::size_t i = 0; i < network.model.graph->parameters().size(); ++i) {
      matrices.push_back(from_view(network.parameter(static_cast<int>(i))));
      matrices.push_back(from_view(network.plan->parameter_gradient(static_cast<int>(i))));
    }
    matrices.push_back(from_view(network.plan->value(network.model.loss)));
    return matrices;
  };
  const std::vector<Matrix> before = state();
  int last = 0;
  check_model(*network.plan, {.on_progress = [&last](const CheckProgress& progress) {
    EXPECT_EQ(progress.done, ++last);
    EXPECT_EQ(progress.all, 2 * (12 + 8) + 6);
  }});
  EXPECT_EQ(last, 2 * (12 + 8) + 6);  // all parameters once, weights once more for their blocks
  EXPECT_EQ(network.plan->batch(), 5);
  EXPECT_EQ(state(), before);
}

TEST_F(ModelCheck, TakesAnyGraphThatPropagationTakes) {
  Graph graph;
  const Expr left = sigmoid(dense(graph.input(3), 2));
  const Expr right = hyperbolic_tangent(dense(graph.input(4), 2));
  const Expr loss = squared_error(dense(sum_of_two(left, right), 3), graph.input(3));
  Plan plan(graph, loss, 4, Plan::Buffers::ValuesAndGradients);
  Random random(7, Random::Stream::Test);
  for (Tensor& parameter : graph.parameters()) {
    parameter.assign(random_matrix(random, parameter.shape().rows, parameter.shape().cols).values);
  }
  for (const int index : plan.order()) {
    const Node& node = graph.nodes()[static_cast<std::size_t>(index)];
    if (node.op != nullptr) continue;
    copy_to_device(random_matrix(random, node.features, 4).values, plan.input({&graph, index}));
  }
  EXPECT_THAT(failures(check_model(plan)), IsEmpty());
}

TEST_F(ModelCheck, NamesTheSamplesNearAKink) {
  Graph graph;
  const Expr x = graph.input(1);
  const Expr z = dense(x, 1);
  const Expr loss = squared_error(relu(z), graph.input(1));
  Plan plan(graph, loss, 4, Plan::Buffers::Values);
  fill(graph.parameters()[0], 1);
  copy_to_device(std::vector<real>{1, real(1e-5), -1, real(-2e-5)}, plan.input(x));
  plan.forward();
  EXPECT_EQ(samples_near_kinks(plan), (std::vector<int>{1, 3}));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
