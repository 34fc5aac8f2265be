#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/check/kinks.h"
#include "models/mlp.h"
#include "models/model_check.h"
#include "ops/registry.h"
#include "tests/support/matrices.h"
#include "tests/support/one_thread.h"
#include "tests/support/planted_ops.h"
#include "tools/check/op_summary.h"
#include "tools/check/random_model.h"
#include "tools/check/random_points.h"

/// What the check tool draws, and what it says of right and wrong ops.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::StartsWith;

using RandomPoints = OneThread;
using OpSummaryTest = OneThread;
using RandomModel = OneThread;

TEST_F(RandomPoints, HaveManyShapesAndStayAwayFromKinks) {
  for (const Op* op : all_ops()) {
    std::set<std::pair<int, int>> shapes;
    for (const Targets targets : targets_of(*op)) {
      for (std::uint64_t i = 0; i < 20; ++i) {
        Random random(1, Random::Stream::Test, i);
        const OpPoint point = random_point(random, *op, targets);
        const Shape shape = point.x[0].shape();
        EXPECT_THAT(shape.rows, AllOf(Ge(1), Le(8))) << op->name;
        EXPECT_THAT(shape.cols, AllOf(Ge(1), Le(6))) << op->name;
        EXPECT_THAT(samples_near_kinks(*op, point), IsEmpty()) << op->name;
        shapes.insert({shape.rows, shape.cols});
      }
    }
    EXPECT_THAT(shapes.size(), Ge(12)) << op->name;
  }
}

/// With kinks every 1e-3, a fifth of all entries are near one.
struct Comb {
  static CURVEGRAPH_DEVICE real f(real x) { return x; }
  static CURVEGRAPH_DEVICE real df(real x) { return std::lround(std::floor(x * 1000)) % 2 == 0 ? 1 : 2; }
};
constinit const Op comb = elementwise<Comb>("comb");

TEST_F(RandomPoints, DrawASampleNearAKinkAgain) {
  std::size_t near = 0;
  std::size_t once = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    Random random(1, Random::Stream::Test, i);
    OpPoint point = random_point(random, comb, Targets::None);
    near += samples_near_kinks(comb, point).size();
    point.x[0] = random_tensor(random, point.x[0].shape(), -3, 3);
    once += samples_near_kinks(comb, point).size();
  }
  EXPECT_GT(once, 20);
  EXPECT_LT(near, once / 10);
}

TEST(RandomTargets, AreWhatTheCriterionIsFor) {
  EXPECT_THAT(targets_of(affine), ElementsAre(Targets::None));
  EXPECT_THAT(targets_of(relu), ElementsAre(Targets::None));
  EXPECT_THAT(targets_of(bounded), ElementsAre(Targets::OneHot, Targets::Distribution));
  EXPECT_THAT(targets_of(tukey_biweight), ElementsAre(Targets::Numbers));
  EXPECT_THAT(targets_of(sigmoid_cross_entropy), ElementsAre(Targets::Fractions));

  Random random(2, Random::Stream::Test);
  const Shape shape{5, 40};
  for (const real t : from_view(random_targets(random, shape, Targets::Fractions)).values) {
    EXPECT_TRUE(t >= 0 && t < 1) << t;
  }
  for (const Targets kind : {Targets::OneHot, Targets::Distribution}) {
    const Matrix t = from_view(random_targets(random, shape, kind));
    std::set<real> values(t.values.begin(), t.values.end());
    EXPECT_EQ(values.size(), kind == Targets::OneHot ? 2 : 200);
    for (int sample = 0; sample < shape.cols; ++sample) {
      real sum = 0;
      for (int i = 0; i < shape.rows; ++i) {
        EXPECT_GE(t(i, sample), 0);
        sum += t(i, sample);
      }
      EXPECT_NEAR(sum, 1, 1e-15);
    }
  }
}

std::vector<std::string> failed_rules(const OpSummary& summary) {
  std::vector<std::string> rules;
  for (const RuleError& rule : summary.rules) {
    if (rule.relative > OpSummary::kTolerance) rules.emplace_back(rule.rule);
  }
  return rules;
}

TEST_F(OpSummaryTest, PassesEveryRegisteredOp) {
  for (const Op* op : all_ops()) {
    for (const Targets targets : targets_of(*op)) {
      for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const OpSummary summary = summarize(*op, targets, seed);
        EXPECT_TRUE(summary.passed());
        for (const RuleError& rule : summary.rules) {
          EXPECT_LE(rule.relative, OpSummary::kTolerance) << op->name << ", " << rule.rule << ": " << rule.worst;
        }
        EXPECT_EQ(summary.rules.size(), op->kind == Op::Kind::Weighted ? 5 : op->kind == Op::Kind::Criterion ? 3 : 4);
      }
    }
  }
}

TEST_F(OpSummaryTest, NamesTheRulesOfEachPlantedError) {
  struct Case {
    const Op& op;
    std::vector<std::string> wrong;
  };
  const std::vector<Case> cases{
      {wrong_slope, {"gradient", "curvature", "residual", "tangent"}},
      {wrong_sign_of_bend, {"residual", "tangent"}},
      {wrong_forward, {"gradient", "curvature", "tangent"}},
      {residual_per_sample, {"residual"}},
      {missing_term, {"curvature", "factor"}},
  };
  for (const Case& c : cases) {
    for (const Targets targets : targets_of(c.op)) {
      const OpSummary summary = summarize(c.op, targets, 1);
      EXPECT_FALSE(summary.passed()) << c.op.name;
      EXPECT_EQ(failed_rules(summary), c.wrong) << c.op.name;
      for (const RuleError& rule : summary.rules) EXPECT_THAT(rule.worst, HasSubstr(" samples)")) << c.op.name;
    }
  }
}

TEST_F(OpSummaryTest, SaysWhyAnOpCannotBeChecked) {
  // Of random shapes, W H Wᵀ fails where W is not square.
  const OpSummary transposed = summarize(transposed_weight, Targets::None, 1);
  EXPECT_FALSE(transposed.passed());
  EXPECT_THAT(transposed.refused, StartsWith("transposed-weight: gemm: "));

  Op op = sigmoid;
  op.curvature_backward = nullptr;
  const OpSummary summary = summarize(op, Targets::None, 1);
  EXPECT_FALSE(summary.passed());
  EXPECT_EQ(summary.refused, "sigmoid: has no curvature rule to check");
}

TEST_F(RandomModel, IsAFunctionOfTheSeedAwayFromKinks) {
  const auto draw = [](std::uint64_t seed) {
    Model model = mlp(std::vector<int>{6, 40, 30, 3}, relu, softmax_cross_entropy);
    Plan plan(*model.graph, model.loss, 50, Plan::Buffers::ValuesAndGradients);
    randomize(model, plan, seed);
    plan.forward();
    EXPECT_THAT(samples_near_kinks(plan), IsEmpty());
    return from_view(plan.value(model.loss));
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
