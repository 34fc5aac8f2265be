#include "models/fit.h"

#include <cmath>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/arrays.h"
#include "framework/error.h"
#include "framework/io/atomic_file.h"
#include "framework/optimizers/sgd.h"
#include "framework/random.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::HasSubstr;
using testing::Throws;
using testing::ThrowsMessage;

/// y = 1e4 + 500 sin x₀ x₁ for x in [-1, 1]².
Dataset waves(int samples, std::uint64_t seed) {
  Random random(seed, Random::Stream::Test);
  std::vector<real> inputs;
  std::vector<real> targets;
  for (int i = 0; i < samples; ++i) {
    const double x0 = random.uniform(-1, 1);
    const double x1 = random.uniform(-1, 1);
    inputs.insert(inputs.end(), {static_cast<real>(x0), static_cast<real>(x1)});
    targets.push_back(static_cast<real>(1e4 + 500 * std::sin(3 * x0 * x1)));
  }
  return regression_data(std::move(inputs), 2, std::move(targets));
}

Network small_regression() { return Network({.layers = {2, 16, 1}, .task = Task::Regression}, /*seed=*/1); }

TEST(Fit, LearnsARegression) {
  Network network = small_regression();
  const Dataset test = waves(500, 2);
  const FitResult result = fit(network, waves(2000, 1), {.epochs = 20});
  EXPECT_EQ(result.end, FitEnd::AllEpochs);
  EXPECT_EQ(result.epochs, 20);
  EXPECT_EQ(result.best_epoch, 20);
  EXPECT_LT(std::sqrt(network.score(test).squared_error), 100) << "of a deviation of about 310";
  // Predictions have the targets' units.
  const std::vector<real> predicted = network.predict(test.numbers);
  EXPECT_NEAR(predicted[7], test.targets[7], 250);
}

TEST(Fit, KeepsTheBestEpochAndStopsAfterPatience) {
  const Dataset train = waves(200, 1);
  const Dataset validation = waves(100, 2);
  Network network = small_regression();
  std::vector<double> errors;
  const FitResult result =
      fit(network, train,
          {.epochs = 200, .validation = &validation, .patience = 3, .on_epoch = [&](const EpochReport& report) {
             errors.push_back(report.validation->squared_error);
             return true;
           }});
  ASSERT_EQ(result.end, FitEnd::Patience);
  EXPECT_EQ(result.best_epoch, result.epochs - 3);
  const auto best = std::ranges::min_element(errors);
  EXPECT_EQ(best - errors.begin() + 1, result.best_epoch);
  EXPECT_NEAR(network.score(validation).squared_error, *best, 1e-6 * *best);
}

TEST(Fit, HoldsOutAShare) {
  Network network = small_regression();
  const FitResult result = fit(network, waves(200, 1), {.epochs = 3, .hold_out = 0.2});
  ASSERT_TRUE(result.validation);
  EXPECT_EQ(result.validation->samples, 40);
  EXPECT_EQ(result.train.samples, 160);
}

TEST(Fit, EndsWhereTheCallerSaysSo) {
  Network network = small_regression();
  int steps = 0;
  const FitResult result = fit(network, waves(200, 1),
                               {.epochs = 9,
                                .batch_size = 20,
                                .on_step = [&](const Progress&) { ++steps; },
                                .on_epoch = [](const EpochReport& r) { return r.epoch < 2; }});
  EXPECT_EQ(result.end, FitEnd::Caller);
  EXPECT_EQ(result.epochs, 2);
  EXPECT_EQ(steps, 20);
}

TEST(Fit, GoesOnFromWhatANetworkHas) {
  const Dataset train = waves(500, 1);
  Network network = small_regression();
  const FitResult first = fit(network, train, {.epochs = 5});
  const Normalization targets = network.targets();
  const FitResult second = fit(network, train, {.epochs = 5});
  EXPECT_LT(second.train.loss, first.train.loss);
  EXPECT_EQ(network.targets().mean, targets.mean);
}

std::vector<std::vector<real>> fitted_parameters(const Network& network) {
  std::vector<std::vector<real>> all;
  for (const Tensor& parameter : network.model().graph->parameters()) all.push_back(parameter.to_host());
  return all;
}

TEST(Fit, GoesOnFromItsCheckpointBitForBit) {
  const Dataset train = waves(300, 1);
  const Dataset validation = waves(100, 2);
  for (const Dataset* held_out : {static_cast<const Dataset*>(nullptr), &validation}) {
    const TempDir dir;
    const auto options = [&](const char* name) {
      return FitOptions{.epochs = 8, .batch_size = 30, .validation = held_out, .checkpoint = dir.path() / name};
    };
    Network whole = small_regression();
    const FitResult expected = fit(whole, train, options("whole"));

    FitOptions stopped = options("stopped");
    stopped.on_epoch = [](const EpochReport& report) { return report.epoch < 3; };
    Network first = small_regression();
    EXPECT_EQ(fit(first, train, stopped).epochs, 3);
    // As another process would: with a network that knows nothing of the first.
    Network second = small_regression();
    int calls = 0;
    stopped.on_epoch = [&](const EpochReport&) { return ++calls > 0; };
    const FitResult found = fit(second, train, stopped);
    EXPECT_EQ(calls, 5) << "epochs 4 to 8";
    EXPECT_EQ(found.epochs, expected.epochs);
    EXPECT_EQ(found.best_epoch, expected.best_epoch);
    EXPECT_EQ(found.train.loss, expected.train.loss);
    EXPECT_EQ(fitted_parameters(second), fitted_parameters(whole));

    const FitResult done = fit(second, train, stopped);
    EXPECT_EQ(calls, 5) << "nothing is left to do";
    EXPECT_EQ(done.train.loss, expected.train.loss);
  }
}

TEST(Fit, RefusesTheCheckpointOfAnotherTraining) {
  const TempDir dir;
  Network network = small_regression();
  FitOptions options{.epochs = 1, .checkpoint = dir.path() / "checkpoint"};
  fit(network, waves(200, 1), options);
  EXPECT_THAT([&] { fit(network, waves(200, 2), options); }, ThrowsMessage<UsageError>(HasSubstr("that run has data")));
  options.seed = 1;
  EXPECT_THAT([&] { fit(network, waves(200, 1), options); },
              ThrowsMessage<UsageError>(HasSubstr("that run has seed 0, found 1 now")));
  replace_file(options.checkpoint, "no checkpoint");
  EXPECT_THAT([&] { fit(network, waves(200, 1), options); }, Throws<Error>());
}

TEST(Fit, TakesOtherOptimizers) {
  Network network = small_regression();
  const Dataset train = waves(500, 1);
  const FitResult result = fit(network, train, {.epochs = 5, .optimizer = [](Plan& plan) {
                                                  return std::make_unique<Sgd>(plan, SgdOptions{.learning_rate = 0.05});
                                                }});
  EXPECT_EQ(result.end, FitEnd::AllEpochs);
  EXPECT_LT(result.train.loss, 0.5);
}

TEST(Fit, SaysWhyItFailed) {
  Network network = small_regression();
  const Dataset train = waves(500, 1);
  const FitResult result = fit(network, train, {.epochs = 50, .hold_out = 0.1, .optimizer = [](Plan& plan) {
                                                  return std::make_unique<Sgd>(plan, SgdOptions{.learning_rate = 1e5});
                                                }});
  EXPECT_EQ(result.end, FitEnd::Failure);
  EXPECT_THAT(result.message, HasSubstr("epoch 1"));
  EXPECT_TRUE(std::isfinite(result.train.loss)) << "the network has weights that were there before";
}

TEST(Fit, LearnsClasses) {
  Random random(1, Random::Stream::Test);
  std::vector<real> inputs;
  std::vector<int> labels;
  for (int i = 0; i < 600; ++i) {
    const double x = random.uniform(-1, 1);
    const double y = random.uniform(-1, 1);
    inputs.insert(inputs.end(), {static_cast<real>(x), static_cast<real>(y)});
    labels.push_back((x > 0) != (y > 0) ? 1 : 0);
  }
  Network network({.layers = {2, 16, 2}}, /*seed=*/1);
  const FitResult result = fit(network, classification_data(std::move(inputs), 2, labels), {.epochs = 30});
  EXPECT_GT(result.train.accuracy, 0.95);
  EXPECT_EQ(network.classify(std::vector<real>{0.5F, 0.5F, -0.5F, 0.5F}), (std::vector{0, 1}));
}

TEST(Fit, RefusesWhatDoesNotFit) {
  const Dataset train = waves(100, 1);
  const auto refused = [&](const FitOptions& options, const char* message) {
    Network network = small_regression();
    EXPECT_THAT([&] { fit(network, train, options); }, ThrowsMessage<UsageError>(HasSubstr(message)));
  };
  refused({.epochs = 0}, "epochs: found 0");
  refused({.batch_size = -1}, "batch_size: found -1");
  refused({.patience = 2}, "patience: needs a validation set");
  refused({.validation = &train, .hold_out = 0.1}, "hold_out: there is a validation set already");
  refused({.hold_out = 1.5}, "hold_out: found 1.5");
  refused({.hold_out = -0.1}, "hold_out: found -0.1");
  refused({.hold_out = 1e-9}, "leaves 0 of 100");
  refused({.normalize = Normalize::Channel}, "channel");
  Network classes({.layers = {1, 2}});
  EXPECT_THAT(
      [&] {
        fit(classes, classification_data({1, 2}, 1, {0, 1}), {.normalize_targets = NormalizeTargets::Robust});
      },
      ThrowsMessage<UsageError>(HasSubstr("normalize-targets robust: has no effect on classes")));
  Network fractions({.layers = {2, 1}, .task = Task::Regression, .criterion = &sigmoid_cross_entropy});
  EXPECT_THAT([&] { fit(fractions, train); }, ThrowsMessage<UsageError>(HasSubstr("expected numbers in [0, 1]")));
  Network other({.layers = {3, 1}, .task = Task::Regression});
  EXPECT_THAT([&] { fit(other, train); }, ThrowsMessage<UsageError>(HasSubstr("from 2 inputs")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
