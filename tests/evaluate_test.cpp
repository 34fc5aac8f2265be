#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/batch_loader.h"
#include "framework/random.h"
#include "models/mlp.h"
#include "models/trainer.h"
#include "ops/ops.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using Layers = std::vector<int>;
using Column = std::vector<double>;

TEST(ScoreAdd, WeighsByTheNumberOfSamples) {
  Score score{.loss = 1, .accuracy = 0.5, .samples = 2};
  score.add({.loss = 4, .accuracy = 1, .samples = 6});
  EXPECT_DOUBLE_EQ(score.loss, 3.25);
  EXPECT_DOUBLE_EQ(score.accuracy, 0.875);
  EXPECT_EQ(score.samples, 8);
}

TEST(ScoreAdd, AveragesSquaredErrorsRatherThanTheirRoots) {
  Score score{.loss = 1, .squared_error = 1, .samples = 1};
  score.add({.loss = 1, .squared_error = 9, .samples = 3});
  EXPECT_DOUBLE_EQ(score.squared_error, 7);
}

TEST(ScoreMeasure, IsWhatTheTaskIsJudgedBy) {
  const Score score{.loss = 1, .accuracy = 0.5, .squared_error = 9, .samples = 2};
  EXPECT_EQ(score.measure(Task::Classification), 0.5);
  EXPECT_EQ(Score::measure_name(Task::Classification), "accuracy");
  for (const Task task : {Task::Regression, Task::Autoencoder}) {
    EXPECT_EQ(score.measure(task), 3);
    EXPECT_EQ(Score::measure_name(task), "rmse");
  }
}

TEST(ScoreAdd, LeavesOutWhatHasNoSamples) {
  Score score;
  score.add({});
  EXPECT_EQ(score.loss, 0);
  EXPECT_EQ(score.accuracy, 0);
  EXPECT_EQ(score.samples, 0);
  for (const Score& one : {Score{.loss = 2, .accuracy = 0.25, .samples = 4}, Score{}}) {
    score.add(one);
    EXPECT_DOUBLE_EQ(score.loss, 2);
    EXPECT_DOUBLE_EQ(score.accuracy, 0.25);
    EXPECT_EQ(score.samples, 4);
  }
}

TEST(EvaluationBatch, KeepsTheWidestLayerModest) {
  EXPECT_EQ(evaluation_batch(Layers{784, 512, 10}), 1000);
  constexpr int values = (64 << 20) / sizeof(real);
  EXPECT_EQ(evaluation_batch(Layers{values / 1000, 10}), 1000);
  EXPECT_EQ(evaluation_batch(Layers{150'528, 1024, 10}), values / 150'528);
  EXPECT_EQ(evaluation_batch(Layers{10, 150'528}), values / 150'528);
  EXPECT_EQ(evaluation_batch(Layers{values, 10}), 1);
  EXPECT_EQ(evaluation_batch(Layers{values + 1, 10}), 1);
}

TEST(ScoreBatch, ComparesTheLargestOutputWithTheTarget) {
  Model model = mlp(Layers{3, 3}, identity, squared_error);
  model.graph->parameters()[0].assign(std::vector<real>{1, 0, 0, 0, 1, 0, 0, 0, 1});  // outputs are inputs
  Plan plan(*model.graph, model.loss, 5, Plan::Buffers::Values);
  const auto score = [&](const std::vector<real>& x, const std::vector<real>& target) {
    plan.set_batch(static_cast<int>(x.size() / 3));
    copy_to_device(x, plan.input(model.input));
    copy_to_device(target, plan.input(model.target));
    plan.forward();
    return score_batch(plan, model);
  };
  const Score mixed = score({-1, -3, -2, /**/ 0, 5, 4, /**/ 1, 2, 3, /**/ 9, 0, 0},  //
                            {1, 0, 0, /**/ 0, 0, 1, /**/ 0, 0, 1, /**/ 0, 1, 0});
  EXPECT_EQ(mixed.accuracy, 0.5);
  EXPECT_EQ(mixed.samples, 4);
  EXPECT_DOUBLE_EQ(mixed.loss, (17 + 34 + 9 + 82) / 8.0);  // halves of the squared distances 17, 34, 9 and 82
  EXPECT_EQ(score({0, 0, 1}, {0, 0, 1}).accuracy, 1);
  EXPECT_EQ(score({1, 0, 0}, {0, 0, 1}).accuracy, 0);
}

TEST(ScoreBatch, MeasuresThePredictionsOfTheCriterion) {
  const std::vector<real> outputs{-1, 2, 0.5, -3, 40, 0};
  const std::vector<real> targets{0, 1, 0.25, 0.5, 1, 0.75};
  for (const Op* criterion : {&squared_error, &tukey_biweight, &sigmoid_cross_entropy}) {
    Model model = mlp(Layers{2, 2}, identity, *criterion);
    model.graph->parameters()[0].assign(std::vector<real>{1, 0, 0, 1});  // outputs are inputs
    Plan plan(*model.graph, model.loss, 3, Plan::Buffers::Values);
    copy_to_device(outputs, plan.input(model.input));
    copy_to_device(targets, plan.input(model.target));
    plan.forward();
    double expected = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      const double h = outputs[i];
      const double prediction = criterion == &sigmoid_cross_entropy ? 1 / (1 + std::exp(-h)) : h;
      expected += (prediction - targets[i]) * (prediction - targets[i]) / 6;
    }
    for (const Task task : {Task::Regression, Task::Autoencoder}) {
      const Score score = score_batch(plan, model, task);
      EXPECT_NEAR(score.squared_error, expected, 20 * std::numeric_limits<real>::epsilon() * expected)
          << criterion->name;
      EXPECT_EQ(score.accuracy, 0);
      EXPECT_EQ(score.samples, 3);
      EXPECT_DOUBLE_EQ(score.loss, plan.mean_loss());
    }
  }
}

TEST(ScoreBatch, MeasuresErrorsInTheUnitsOfTheTargets) {
  const std::vector<real> outputs{-1, 2, 0.5, -3, 4, 0};
  const std::vector<real> targets{0, 1, 0.25, 0.5, 1, 0.75};
  for (const double unit : {1e-12, 1.0, 1e12}) {
    const Tensor scale({2, 1}, std::vector<real>{static_cast<real>(unit), static_cast<real>(3 * unit)});
    const std::vector<real> scales = scale.to_host();
    Model model = mlp(Layers{2, 2}, identity, squared_error);
    model.graph->parameters()[0].assign(std::vector<real>{1, 0, 0, 1});  // outputs are inputs
    Plan plan(*model.graph, model.loss, 3, Plan::Buffers::Values);
    copy_to_device(outputs, plan.input(model.input));
    copy_to_device(targets, plan.input(model.target));
    plan.forward();
    double expected = 0;
    for (std::size_t i = 0; i < 6; ++i) expected += std::pow((outputs[i] - targets[i]) * double{scales[i % 2]}, 2) / 6;
    const Score score = score_batch(plan, model, Task::Regression, scale);
    EXPECT_NEAR(score.squared_error, expected, 1e-6 * expected);
    EXPECT_EQ(score.loss, plan.mean_loss());
  }
}

/// The outputs for one sample, by plain loops.
Column plain_outputs(const Model& model, std::span<const std::uint8_t> bytes, const Normalization& normalization) {
  Column h;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    h.push_back((bytes[i] / 255.0 - normalization.mean[i]) / normalization.scale[i]);
  }
  const auto parameters = model.graph->parameters();
  for (std::size_t p = 0; p < parameters.size(); p += 2) {
    const std::vector<real> weight = parameters[p].to_host();
    const std::vector<real> bias = parameters[p + 1].to_host();
    Column z(bias.begin(), bias.end());
    for (std::size_t i = 0; i < z.size(); ++i) {
      for (std::size_t j = 0; j < h.size(); ++j) z[i] += weight[i + j * z.size()] * h[j];
      if (p + 2 < parameters.size()) z[i] = 1 / (1 + std::exp(-z[i]));
    }
    h = z;
  }
  return h;
}

double plain_cross_entropy(const Column& outputs, std::size_t label) {
  double sum = 0;
  for (const double output : outputs) sum += std::exp(output);
  return std::log(sum) - outputs[label];
}

/// A 6-5-3 network and eleven samples, of which it gets the even ones right and the odd ones wrong.
struct Problem {
  Model model = mlp(Layers{6, 5, 3}, sigmoid, softmax_cross_entropy);
  Normalization normalization{.mean = {0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F},
                              .scale = {0.2F, 0.3F, 0.4F, 0.5F, 0.6F, 0.7F}};
  Dataset data{.name = "toys", .features = 6, .channels = 1, .classes = 3, .values = {}, .labels = {}};
  double loss = 0;

  Problem() {
    Random random(3, Random::Stream::Test);
    for (Tensor& parameter : model.graph->parameters()) {
      std::vector<real> values(parameter.size());
      for (real& value : values) value = static_cast<real>(random.uniform(-1, 1));
      parameter.assign(values);
    }
    for (std::size_t i = 0; i < 11 * 6; ++i) data.values.push_back(static_cast<std::uint8_t>(random.below(256)));
    data.labels.resize(11);
    for (int i = 0; i < 11; ++i) {
      const Column outputs = plain_outputs(model, data.sample(i), normalization);
      const auto best = static_cast<std::size_t>(std::ranges::max_element(outputs) - outputs.begin());
      const std::size_t label = i % 2 == 0 ? best : (best + 1) % 3;
      data.labels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(label);
      loss += plain_cross_entropy(outputs, label) / 11;
    }
  }
};

TEST(Evaluate, CountsEverySampleOnceWhateverTheBatch) {
  const Problem problem;
  BatchLoader data(problem.data, problem.normalization);
  // x ≤ 5 is the largest of all values, and no output sums more than 6 terms: 100 roundings are more than enough.
  const double tolerance = 100.0 * std::numeric_limits<real>::epsilon();
  for (const int batch : {1, 4, 5, 10, 11, 40}) {
    Plan plan(*problem.model.graph, problem.model.loss, batch, Plan::Buffers::Values);
    const Score score = evaluate(plan, problem.model, data);
    EXPECT_NEAR(score.loss, problem.loss, tolerance) << batch;
    EXPECT_DOUBLE_EQ(score.accuracy, 6.0 / 11) << batch;
    EXPECT_EQ(score.samples, 11) << batch;
    EXPECT_EQ(plan.batch(), batch);
  }
}

TEST(Evaluate, CountsTheChosenSamplesAlone) {
  const Problem problem;
  BatchLoader data(problem.data, problem.normalization);
  Plan plan(*problem.model.graph, problem.model.loss, 2, Plan::Buffers::Values);
  const std::vector<int> chosen{8, 1, 3};
  double expected = 0;
  for (const int sample : chosen) expected += evaluate(plan, problem.model, data, std::vector{sample}).loss / 3;
  const Score score = evaluate(plan, problem.model, data, chosen);
  EXPECT_NEAR(score.loss, expected, 100.0 * std::numeric_limits<real>::epsilon());
  EXPECT_DOUBLE_EQ(score.accuracy, 1.0 / 3);  // sample 8, as it is even
  EXPECT_EQ(score.samples, 3);
}

TEST(Evaluate, SharesAPlanWithTraining) {
  const Problem problem;
  BatchLoader data(problem.data, problem.normalization);
  Plan plan(*problem.model.graph, problem.model.loss, 4, Plan::Buffers::ValuesAndGradients);
  const Score first = evaluate(plan, problem.model, data);
  data.load(std::vector{0, 1, 2, 3}, plan.input(problem.model.input), plan.input(problem.model.target));
  plan.forward();
  plan.backward();
  const Score again = evaluate(plan, problem.model, data);
  EXPECT_EQ(again.loss, first.loss);
  EXPECT_EQ(again.accuracy, first.accuracy);
}

TEST(Evaluate, MeasuresTheTaskOfTheDataWhateverTheBatch) {
  Problem problem;
  Model model = mlp(Layers{6, 5, 3}, sigmoid, squared_error);
  for (std::size_t p = 0; p < 4; ++p) {
    model.graph->parameters()[p].assign(problem.model.graph->parameters()[p].to_host());
  }
  problem.data.task = Task::Regression;
  problem.data.target_columns = 3;
  double expected = 0;
  for (int i = 0; i < 11; ++i) {
    const Column outputs = plain_outputs(model, problem.data.sample(i), problem.normalization);
    for (std::size_t j = 0; j < 3; ++j) {
      const real target = 0.5F * static_cast<real>(i) - static_cast<real>(j);
      problem.data.targets.push_back(target);
      expected += (outputs[j] - target) * (outputs[j] - target) / 33;
    }
  }
  BatchLoader data(problem.data, problem.normalization);
  for (const int batch : {1, 4, 11}) {
    Plan plan(*model.graph, model.loss, batch, Plan::Buffers::Values);
    const Score score = evaluate(plan, model, data);
    EXPECT_NEAR(score.squared_error, expected, 100 * std::numeric_limits<real>::epsilon() * expected) << batch;
    EXPECT_NEAR(score.loss, 1.5 * expected, 100 * std::numeric_limits<real>::epsilon() * expected) << batch;
    EXPECT_EQ(score.accuracy, 0);
  }
}

TEST(Evaluate, HasTheErrorOfWhatWasStandardised) {
  Problem problem;
  Model model = mlp(Layers{6, 5, 3}, sigmoid, squared_error);
  problem.data.task = Task::Regression;
  problem.data.target_columns = 3;
  for (int i = 0; i < 33; ++i) problem.data.targets.push_back(1000 + 7 * static_cast<real>(i % 5));
  const Normalization targets{.mean = {1010, 1020, 1000}, .scale = {10, 20, 5}};
  // Outputs are zero: predictions are means.
  double error = 0;
  double loss = 0;
  for (std::size_t i = 0; i < 33; ++i) {
    const double off = problem.data.targets[i] - targets.mean[i % 3];
    error += off * off / 33;
    loss += std::pow(off / targets.scale[i % 3], 2) / 22;
  }
  BatchLoader data(problem.data, problem.normalization, targets);
  for (const int batch : {1, 4, 11}) {
    Plan plan(*model.graph, model.loss, batch, Plan::Buffers::Values);
    const Score score = evaluate(plan, model, data);
    EXPECT_NEAR(score.squared_error, error, 1e-6 * error) << batch;
    EXPECT_NEAR(score.loss, loss, 1e-6 * loss) << batch;
  }
}

TEST(Evaluate, OfNothingIsNothing) {
  const Problem problem;
  Dataset none = problem.data;
  none.values.clear();
  none.labels.clear();
  BatchLoader data(none, problem.normalization);
  Plan plan(*problem.model.graph, problem.model.loss, 4, Plan::Buffers::Values);
  EXPECT_EQ(evaluate(plan, problem.model, data).samples, 0);
  EXPECT_EQ(plan.batch(), 4);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
