#include "models/trainer.h"

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/batch_loader.h"
#include "framework/error.h"
#include "models/mlp.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::ThrowsMessage;

using Samples = std::vector<int>;

/// An optimizer that notes the samples in the plan's inputs, and then does what a test wants.
class Observer : public Optimizer {
 public:
  using Action = std::function<StepSummary()>;

  Observer(Plan& plan, const Model& model) : plan_(plan), model_(model) {}

  StepSummary step() override {
    const std::vector<real> x = to_host(plan_.input(model_.input));
    Samples samples;
    for (std::size_t i = 0; i < x.size(); i += 2) samples.push_back(static_cast<int>(std::lround(x[i] * 255)));
    batches.push_back(samples);
    return action ? action() : StepSummary{};
  }

  Action action;
  std::vector<Samples> batches;  ///< of all steps

 private:
  Plan& plan_;
  const Model& model_;
};

/// Ten samples of two features, the first of which is the sample's number, and a 2-3 network.
struct Training {
  Dataset data{.name = "numbered",
               .features = 2,
               .channels = 1,
               .classes = 3,
               .values = {0, 9, 1, 8, 2, 7, 3, 6, 4, 5, 5, 4, 6, 3, 7, 2, 8, 1, 9, 0},
               .labels = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0}};
  BatchLoader loader{data, {.mean = {0, 0}, .scale = {1, 1}}};
  Model model = mlp(std::vector{2, 3}, identity, squared_error);
  Plan plan;
  Observer optimizer{plan, model};
  Trainer trainer;

  explicit Training(int batch, std::uint64_t seed = 1)
      : plan(*model.graph, model.loss, batch, Plan::Buffers::ValuesAndGradients),
        trainer(model, plan, optimizer, loader, seed) {}

  Tensor& bias() { return model.graph->parameters()[1]; }

  /// The samples of an epoch, in the order of its steps.
  Samples samples_of(int epoch) {
    optimizer.batches.clear();
    trainer.run_epoch(epoch);
    Samples all;
    for (const Samples& batch : optimizer.batches) all.insert(all.end(), batch.begin(), batch.end());
    return all;
  }
};

TEST(Trainer, TakesEverySampleAtMostOnceAnEpoch) {
  for (const int batch : {1, 3, 4, 5, 10}) {
    Training training(batch);
    EXPECT_EQ(training.trainer.steps_per_epoch(), 10 / batch);
    const Samples samples = training.samples_of(1);
    EXPECT_THAT(training.optimizer.batches, SizeIs(10 / batch));
    EXPECT_THAT(training.optimizer.batches, testing::Each(SizeIs(batch)));
    const std::set<int> distinct(samples.begin(), samples.end());
    EXPECT_EQ(distinct.size(), samples.size()) << testing::PrintToString(samples);
    EXPECT_GE(*distinct.begin(), 0);
    EXPECT_LE(*distinct.rbegin(), 9);
  }
}

TEST(Trainer, LeavesOutOtherSamplesInOtherEpochs) {
  Training training(9);
  std::set<int> left_out;
  for (int epoch = 1; epoch <= 100; ++epoch) {
    const Samples samples = training.samples_of(epoch);
    left_out.insert(45 - std::accumulate(samples.begin(), samples.end(), 0));
  }
  EXPECT_THAT(left_out, SizeIs(10));  // one is never left out with a probability of 10 · 0.9¹⁰⁰ < 3e-4
}

TEST(Trainer, OrdersSamplesBySeedAndEpochAlone) {
  Training all_epochs(5);
  std::vector<Samples> orders;
  for (int epoch = 0; epoch < 4; ++epoch) orders.push_back(all_epochs.samples_of(epoch));
  EXPECT_EQ(std::set(orders.begin(), orders.end()).size(), 4U);

  Training resumed(5);
  fill(resumed.model.graph->parameters()[0], 1);
  EXPECT_EQ(resumed.samples_of(3), orders[3]);
  EXPECT_EQ(resumed.samples_of(1), orders[1]);

  Training other_batch(2);
  EXPECT_EQ(other_batch.samples_of(3), orders[3]);

  for (const std::uint64_t seed : {0ULL, 2ULL, (1ULL << 32U) + 1}) {
    Training other_seed(5, seed);
    EXPECT_NE(other_seed.samples_of(3), orders[3]) << seed;
  }
}

TEST(Trainer, GoesOnInAnEpochWhereItIsTold) {
  Training whole(2);
  const Samples expected = whole.samples_of(3);
  for (int stop = 1; stop <= 5; ++stop) {
    Training parts(2);
    const auto until = [](int last) { return [last](const Progress& progress) { return progress.step < last; }; };
    const EpochSummary first = parts.trainer.run_part(3, 0, until(stop));
    EXPECT_EQ(first.steps, stop);
    EXPECT_EQ(first.complete, stop == 5);  // the last step ends the epoch, whatever go_on says
    EXPECT_THAT(first.message, IsEmpty());
    const EpochSummary rest = parts.trainer.run_part(3, stop, until(100));
    EXPECT_EQ(rest.steps, 5 - stop);
    EXPECT_TRUE(rest.complete);
    Samples all;
    for (const Samples& batch : parts.optimizer.batches) all.insert(all.end(), batch.begin(), batch.end());
    EXPECT_EQ(all, expected) << stop;
  }
}

TEST(Trainer, NamesTheStepOfTheEpochWhereAPartFails) {
  Training training(2);
  training.optimizer.action = [&] {
    if (training.optimizer.batches.size() < 2) return StepSummary{};
    return StepSummary{.taken = false, .message = "the number is -1"};
  };
  const EpochSummary summary = training.trainer.run_part(3, 2, [](const Progress&) { return true; });
  EXPECT_FALSE(summary.complete);
  EXPECT_EQ(summary.steps, 1);
  EXPECT_EQ(summary.message, "epoch 3, step 4: the number is -1");
}

TEST(Trainer, StepsAfterTheBackwardPass) {
  Training training(5);
  training.optimizer.action = [&] {
    const std::vector<real> outputs = to_host(training.plan.value(training.model.output));
    const std::vector<real> targets = to_host(training.plan.value(training.model.target));
    const std::vector<real> gradient = to_host(training.plan.parameter_gradient(1));
    for (std::size_t row = 0; row < 3; ++row) {
      double expected = 0;  // E[outputs - targets]
      for (std::size_t i = row; i < outputs.size(); i += 3) expected += (outputs[i] - targets[i]) / 5;
      EXPECT_NEAR(gradient[row], expected, 10 * std::numeric_limits<real>::epsilon()) << row;
    }
    const double sum = std::accumulate(targets.begin(), targets.end(), 0.0);
    EXPECT_EQ(sum, 5);
    return StepSummary{};
  };
  training.trainer.run_epoch(1);
  EXPECT_THAT(training.optimizer.batches, SizeIs(2));
}

TEST(Trainer, ReportsTheScoreOfEachBatchBeforeItsStep) {
  Training training(3);
  std::vector<double> losses;
  training.optimizer.action = [&] {
    losses.push_back(training.plan.mean_loss());
    fill(training.bias(), static_cast<real>(losses.size()));
    return StepSummary{};
  };
  int calls = 0;
  const EpochSummary summary = training.trainer.run_epoch(1, [&](const Progress& progress) {
    ++calls;
    EXPECT_EQ(progress.step, calls);
    EXPECT_EQ(progress.steps, 3);
    EXPECT_EQ(progress.score.samples, 3 * calls);
    ASSERT_THAT(losses, SizeIs(calls));
    EXPECT_DOUBLE_EQ(progress.score.loss, std::accumulate(losses.begin(), losses.end(), 0.0) / calls);
  });
  EXPECT_EQ(calls, 3);
  EXPECT_NEAR(losses[0], 0.5, 1e-6);  // zeros against one-hot targets
  EXPECT_NEAR(losses[1], 1, 1e-6);    // ½ (0² + 1² + 1²) with a bias of ones
  EXPECT_TRUE(summary.complete);
  EXPECT_EQ(summary.steps, 3);
  EXPECT_THAT(summary.message, IsEmpty());
}

TEST(Trainer, StopsAtALossThatIsNotFinite) {
  for (const real poison : {std::numeric_limits<real>::infinity(), std::numeric_limits<real>::quiet_NaN()}) {
    Training training(2);
    training.optimizer.action = [&] {
      if (training.optimizer.batches.size() == 3) fill(training.bias(), poison);
      return StepSummary{};
    };
    int calls = 0;
    const EpochSummary summary = training.trainer.run_epoch(7, [&](const Progress&) { ++calls; });
    EXPECT_FALSE(summary.complete);
    EXPECT_EQ(summary.steps, 3);
    EXPECT_EQ(calls, 3);
    EXPECT_THAT(training.optimizer.batches, SizeIs(3));  // the fourth step was not asked for
    EXPECT_THAT(summary.message,
                AllOf(StartsWith("epoch 7, step 4: the loss is "), HasSubstr(std::isnan(poison) ? "nan" : "inf"),
                      EndsWith(", expected a finite number")));
  }
}

TEST(Trainer, StopsWhenTheOptimizerTakesNoStep) {
  Training training(2);
  training.optimizer.action = [&] {
    if (training.optimizer.batches.size() < 2) return StepSummary{};
    return StepSummary{.taken = false, .message = "layer 2, weight: the number is -1"};
  };
  int calls = 0;
  const EpochSummary summary = training.trainer.run_epoch(3, [&](const Progress&) { ++calls; });
  EXPECT_FALSE(summary.complete);
  EXPECT_EQ(summary.steps, 1);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(summary.message, "epoch 3, step 2: layer 2, weight: the number is -1");
}

TEST(Trainer, NeedsABatchOfSamples) {
  EXPECT_THAT([] { Training training(11); },
              ThrowsMessage<UsageError>("batch size 11: numbered holds 10 samples, expected at least a batch"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
