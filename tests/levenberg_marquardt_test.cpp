#include "second_order/gauss_newton/levenberg_marquardt.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/check/host_matrix.h"
#include "framework/data/arrays.h"
#include "framework/error.h"
#include "framework/linalg.h"
#include "framework/random.h"
#include "framework/squared_norm.h"
#include "models/dsl.h"
#include "models/fit.h"
#include "models/mlp.h"
#include "ops/registry.h"
#include "second_order/gauss_newton/output_jacobian.h"
#include "second_order/gauss_newton/parameter_vector.h"
#include "tests/support/dense_solve.h"
#include "tests/support/matrices.h"
#include "tests/support/one_thread.h"
#include "tests/support/temp_dir.h"
#include "tools/check/random_points.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

using LevenbergMarquardtTest = OneThread;

/// A network and a batch of samples, on which steps are taken.
struct FitProblem {
  Model model;
  std::unique_ptr<Plan> plan;

  FitProblem(const std::vector<int>& layers, const Op& activation, const Op& criterion, int batch, std::uint64_t seed)
      : model(mlp(layers, activation, criterion)) {
    initialize_xavier(*model.graph, seed);
    plan = std::make_unique<Plan>(*model.graph, model.loss, batch, Plan::Buffers::ValuesAndDeltas);
    Random random(seed, Random::Stream::Test);
    copy(random_tensor(random, {layers.front(), batch}, -2, 2), plan->input(model.input));
    copy(random_targets(random, {layers.back(), batch}, targets_of(criterion).front()), plan->input(model.target));
  }

  double run() {
    plan->forward();
    plan->backward();
    return plan->mean_loss();
  }
};

/// y = e^x at 60 points in [-1, 1].
FitProblem exponential() {
  FitProblem problem({1, 10, 1}, hyperbolic_tangent, squared_error, 60, 3);
  std::vector<real> x;
  std::vector<real> y;
  for (int i = 0; i < 60; ++i) {
    x.push_back(-1 + real{2} * static_cast<real>(i) / 59);
    y.push_back(std::exp(x.back()));
  }
  copy_to_device(x, problem.plan->input(problem.model.input));
  copy_to_device(y, problem.plan->input(problem.model.target));
  return problem;
}

TEST_F(LevenbergMarquardtTest, FitsToManyDigits) {
  FitProblem problem = exponential();
  LevenbergMarquardt optimizer(*problem.plan);
  for (int step = 0; step < 100; ++step) {
    problem.run();
    ASSERT_TRUE(optimizer.step().taken);
  }
  EXPECT_LT(problem.run(), 1e-13);
  // A look at what made it: without acceleration it is not as far.
  FitProblem plain = exponential();
  LevenbergMarquardt without(*plain.plan, {.acceleration = 0});
  for (int step = 0; step < 100; ++step) {
    plain.run();
    ASSERT_TRUE(without.step().taken);
  }
  EXPECT_GT(plain.run(), 3 * problem.run());
}

/// (JᵀMJ/N + κI)⁻¹ rhs
HostMatrix solve(Plan& plan, double kappa, const HostMatrix& rhs) {
  OutputJacobian jacobian(plan);
  jacobian.refresh();
  Tensor a(rhs.rows(), rhs.rows());
  jacobian.normal_matrix(a);
  return solve_dense(HostMatrix(a), kappa, rhs);
}

TEST_F(LevenbergMarquardtTest, StepsByTheEquations) {
  for (const double decay : {0.0, 0.1}) {
    for (const Op* criterion : criteria()) {
      SCOPED_TRACE(criterion->name);
      FitProblem problem({3, 4, 2}, hyperbolic_tangent, *criterion, 7, 2);
      Plan& plan = *problem.plan;
      LevenbergMarquardt optimizer(plan, {.damping = 1, .weight_decay = decay, .acceleration = 1e9});
      ParameterVector before(plan);
      before.load(plan);
      problem.run();
      ParameterVector gradient(plan);
      gradient.load_gradient(plan);
      axpy(static_cast<real>(decay), before.all(), gradient.all());
      ASSERT_TRUE(optimizer.step().taken);
      ASSERT_EQ(optimizer.last().rejected, 0);
      ASSERT_TRUE(optimizer.last().accelerated);
      ParameterVector after(plan);
      after.load(plan);

      before.store(plan);
      problem.run();
      const double kappa = optimizer.last().damping + decay;
      const HostMatrix d = solve(plan, kappa, HostMatrix(gradient.all()));
      // The second derivative of the outputs along d, by differences.
      const auto outputs_at = [&](double s) {
        ParameterVector moved = before;
        HostMatrix values(moved.all());
        for (int i = 0; i < values.rows(); ++i) values(i, 0) -= s * d(i, 0);
        values.copy_to(moved.all());
        moved.store(plan);
        plan.forward();
        return HostMatrix(plan.value(problem.model.output));
      };
      constexpr double h = 1e-3;
      const HostMatrix low = outputs_at(-h);
      const HostMatrix middle = outputs_at(0);
      HostMatrix bend = outputs_at(h);
      for (std::size_t i = 0; i < bend.values().size(); ++i) {
        bend.values()[i] = (bend.values()[i] - 2 * middle.values()[i] + low.values()[i]) / (h * h);
      }
      before.store(plan);
      problem.run();
      OutputJacobian jacobian(plan);
      jacobian.refresh();
      Tensor second(bend.shape());
      Tensor scaled(bend.shape());
      bend.copy_to(second);
      jacobian.apply_factor(Transpose::Yes, second, scaled);
      jacobian.apply_factor(Transpose::No, scaled, second);
      ParameterVector rhs(plan);
      jacobian.transposed_product(second, rhs);
      const HostMatrix a = solve(plan, kappa, HostMatrix(rhs.all()));

      const HostMatrix found(after.all());
      const HostMatrix start(before.all());
      for (int i = 0; i < found.rows(); ++i) {
        EXPECT_NEAR(found(i, 0) - start(i, 0), -d(i, 0) - a(i, 0) / 2, 1e-5 * std::max(1.0, largest(d))) << i;
      }
    }
  }
}

TEST_F(LevenbergMarquardtTest, NeverRaisesTheLossAndSaysWhyItEnds) {
  std::uint64_t seed = 1;
  for (const Op* activation : activations()) {
    for (const Op* criterion : criteria()) {
      for (const double decay : {0.0, 0.01}) {
        FitProblem problem({2, 6, 3}, *activation, *criterion, 15, seed++);
        LevenbergMarquardt optimizer(*problem.plan, {.weight_decay = decay, .decrease_tolerance = 1e-3});
        double loss = INFINITY;
        StepSummary summary;
        for (int step = 0; step < 3000 && !summary.finished; ++step) {
          problem.run();
          summary = optimizer.step();
          ASSERT_TRUE(summary.taken) << summary.message;
          EXPECT_LE(optimizer.last().loss, loss);
          loss = optimizer.last().loss;
        }
        EXPECT_THAT(summary.message, Not(IsEmpty())) << activation->name << ", " << criterion->name << ": " << loss;
      }
    }
  }
}

TEST_F(LevenbergMarquardtTest, StopsForEachReason) {
  const auto reason = [](const LevenbergMarquardtOptions& options) {
    FitProblem problem = exponential();
    LevenbergMarquardt optimizer(*problem.plan, options);
    for (int step = 0; step < 3000; ++step) {
      problem.run();
      const StepSummary summary = optimizer.step();
      if (summary.finished) return summary.message;
    }
    return std::string();
  };
  EXPECT_THAT(reason({.gradient_tolerance = 1e-3}),
              AllOf(HasSubstr("the norm of the gradient is "), HasSubstr(", at most 1e-03 (gradient tolerance)")));
  EXPECT_THAT(reason({.step_tolerance = 1e-2}),
              AllOf(HasSubstr("the step is "), HasSubstr(" of the parameters, at most 1e-02 (step tolerance)")));
  EXPECT_THAT(reason({.decrease_tolerance = 0.5}), AllOf(HasSubstr("10 steps have lowered the loss by "),
                                                         HasSubstr(", at most 5e-01 (decrease tolerance)")));

  // At a minimum without residual, to rounding.
  FitProblem exact({1, 1}, identity, squared_error, 3, 1);
  LevenbergMarquardt optimizer(*exact.plan, {.gradient_tolerance = 0, .step_tolerance = 0, .decrease_tolerance = 0});
  std::string why;
  for (int step = 0; step < 200 && why.empty(); ++step) {
    exact.run();
    why = optimizer.step().message;
  }
  EXPECT_THAT(why, AllOf(HasSubstr("no step lowers the loss of "), HasSubstr("were tried, up to a damping of ")));
}

TEST_F(LevenbergMarquardtTest, LeavesTheParametersWhereNoStepHelps) {
  FitProblem problem({1, 1}, identity, squared_error, 3, 1);
  LevenbergMarquardt optimizer(*problem.plan, {.gradient_tolerance = 0, .step_tolerance = 0, .decrease_tolerance = 0});
  do problem.run();
  while (!optimizer.step().finished);
  const std::vector<real> before = problem.model.graph->parameters()[0].to_host();
  problem.run();
  EXPECT_TRUE(optimizer.step().finished);
  EXPECT_EQ(problem.model.graph->parameters()[0].to_host(), before);
}

TEST_F(LevenbergMarquardtTest, TakesAStepOnEveryBatch) {
  FitProblem problem({2, 5, 1}, hyperbolic_tangent, squared_error, 6, 1);
  Plan& plan = *problem.plan;
  LevenbergMarquardt optimizer(plan);
  Random random(9, Random::Stream::Test);
  for (int step = 0; step < 40; ++step) {
    // Batches of very different losses, as the losses of the last ten steps are compared.
    copy(random_tensor(random, {2, 6}, -2, 2), plan.input(problem.model.input));
    copy(random_tensor(random, {1, 6}, 0, 1 + 10 * (step % 2)), plan.input(problem.model.target));
    ParameterVector before(plan);
    before.load(plan);
    problem.run();
    ASSERT_TRUE(optimizer.step().taken);
    ParameterVector after(plan);
    after.load(plan);
    EXPECT_NE(to_host(after.all()), to_host(before.all())) << step;
  }
}

TEST_F(LevenbergMarquardtTest, ReportsALossThatIsNotFinite) {
  FitProblem problem({2, 3, 1}, hyperbolic_tangent, squared_error, 4, 1);
  fill(problem.plan->input(problem.model.target), INFINITY);
  LevenbergMarquardt optimizer(*problem.plan);
  problem.run();
  const StepSummary summary = optimizer.step();
  EXPECT_FALSE(summary.taken);
  EXPECT_THAT(summary.message, HasSubstr("the loss is inf"));
}

TEST_F(LevenbergMarquardtTest, RefusesWhatItCannotTrain) {
  Op no_tangent = sigmoid;
  no_tangent.tangent = nullptr;
  const FitProblem problem({2, 3, 1}, no_tangent, squared_error, 4, 1);
  EXPECT_THAT([&] { LevenbergMarquardt{*problem.plan}; },
              ThrowsMessage<UsageError>(HasSubstr("sigmoid (node 2, 3 features) has no tangent rule")));
  Op no_factor = squared_error;
  no_factor.factor_hessian = nullptr;
  const FitProblem other({2, 3, 1}, sigmoid, no_factor, 4, 1);
  EXPECT_THAT([&] { LevenbergMarquardt{*other.plan}; }, ThrowsMessage<UsageError>(HasSubstr("is no criterion with")));
  const FitProblem right({2, 3, 1}, sigmoid, squared_error, 4, 1);
  EXPECT_THAT([&] { LevenbergMarquardt(*right.plan, {.damping = 0}); },
              ThrowsMessage<UsageError>("levenberg-marquardt: damping is 0, expected a number above 0"));
  EXPECT_THAT([&] { LevenbergMarquardt(*right.plan, {.weight_decay = -1}); },
              ThrowsMessage<UsageError>("levenberg-marquardt: weight_decay is -1, expected a number from 0"));
}

/// Samples of y = e^x sin 4x.
Dataset waves() {
  std::vector<real> x;
  std::vector<real> y;
  for (int i = 0; i < 80; ++i) {
    x.push_back(static_cast<real>(-1 + 2.0 * i / 79));
    y.push_back(std::exp(x.back()) * std::sin(4 * x.back()));
  }
  return regression_data(std::move(x), 1, std::move(y));
}

FitOptions full_batch(int epochs) {
  return {.epochs = epochs, .batch_size = 0, .optimizer = [](Plan& plan) {
            return std::make_unique<LevenbergMarquardt>(plan);
          }};
}

TEST_F(LevenbergMarquardtTest, FitsANetworkAndEndsByItself) {
  Network network({.layers = {1, 4, 1}, .activation = &hyperbolic_tangent, .task = Task::Regression}, 1);
  const FitResult result = fit(network, waves(), full_batch(5000));
  EXPECT_EQ(result.end, FitEnd::Finished);
  EXPECT_LT(result.epochs, 5000);
  EXPECT_THAT(result.message, HasSubstr("tolerance"));
  EXPECT_LT(std::sqrt(result.train.squared_error), 0.01);
}

TEST_F(LevenbergMarquardtTest, GoesOnBitForBit) {
  const TempDir dir;
  const auto weights = [](Network& network) {
    std::vector<std::vector<real>> all;
    for (const Tensor& parameter : network.model().graph->parameters()) all.push_back(parameter.to_host());
    return all;
  };
  const NetworkOptions options{.layers = {1, 6, 1}, .activation = &hyperbolic_tangent, .task = Task::Regression};
  Network whole(options, 1);
  fit(whole, waves(), full_batch(30));
  Network parts(options, 1);
  FitOptions resumed = full_batch(13);
  resumed.checkpoint = dir.path() / "checkpoint.safetensors";
  fit(parts, waves(), resumed);
  resumed.epochs = 30;
  Network rest(options, 2);
  fit(rest, waves(), resumed);
  EXPECT_EQ(weights(rest), weights(whole));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
