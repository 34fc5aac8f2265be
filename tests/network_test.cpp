#include "models/network.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/arrays.h"
#include "framework/error.h"
#include "models/mlp.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

/// Of one layer: z = 2 v₀ - v₁ + 3 and -v₀ in units of standardised inputs.
Network linear(NetworkOptions options) {
  options.layers = {2, 2};
  Network network(options);
  network.model().graph->parameters()[0].assign(std::vector<real>{2, -1, -1, 0});
  network.model().graph->parameters()[1].assign(std::vector<real>{3, 0});
  return network;
}

TEST(Network, PredictsInTheUnitsOfTheTargets) {
  Network network = linear({.task = Task::Regression});
  EXPECT_THAT(network.predict(std::vector<real>{1, 2, 0, 0}), ElementsAre(3, -1, 3, 0));
  // x = (v - {1, 2}) / {2, 4}, prediction = output {10, 1} + {100, 7}
  network.set_standardisation({.mean = {1, 2}, .scale = {2, 4}}, {.mean = {100, 7}, .scale = {10, 1}}, false);
  EXPECT_THAT(network.predict(std::vector<real>{1, 2, 3, 2}), ElementsAre(130, 7, 150, 6));
  EXPECT_THAT(network.predict({}), ElementsAre());
}

TEST(Network, PredictsProbabilitiesOfClasses) {
  Network network = linear({});
  const std::vector<real> inputs{1, 2, -1000, 0};  // outputs 3 and -1; -1997 and 1000
  const double p = 1 / (1 + std::exp(-4.0));
  EXPECT_THAT(network.predict(inputs), Pointwise(FloatNear(1e-6F), std::vector{p, 1 - p, 0.0, 1.0}));
  EXPECT_THAT(network.classify(inputs), ElementsAre(0, 1));
}

TEST(Network, PredictsFractionsBySigmoids) {
  Network network = linear({.task = Task::Autoencoder});
  EXPECT_THAT(network.predict(std::vector<real>{1, 2}),
              Pointwise(FloatNear(1e-6F), std::vector{1 / (1 + std::exp(-3.0)), 1 / (1 + std::exp(1.0))}));
}

TEST(Network, PredictsMoreSamplesThanABatch) {
  Network network = linear({.task = Task::Regression});
  std::vector<real> inputs;
  for (int i = 0; i < 2501; ++i) inputs.insert(inputs.end(), {static_cast<real>(i), 0});
  const std::vector<real> outputs = network.predict(inputs);
  ASSERT_EQ(outputs.size(), 5002U);
  for (std::size_t i = 0; i < 2501; ++i) ASSERT_EQ(outputs[2 * i], 2 * static_cast<real>(i) + 3);
}

TEST(Network, ScoresAreThoseOfItsPredictions) {
  Network network = linear({.task = Task::Regression});
  network.set_standardisation({.mean = {1, 2}, .scale = {2, 4}}, {.mean = {100, 7}, .scale = {10, 1}}, false);
  const Score score = network.score(regression_data({1, 2, 3, 2}, 2, {130, 7, 140, 9}, 2));
  EXPECT_NEAR(score.squared_error, (100 + 9) / 4.0, 1e-4);
}

TEST(Network, IsTheSameOnceLoaded) {
  const TempDir dir;
  Network network({.layers = {3, 5, 2},
                   .activation = &curvegraph::hyperbolic_tangent,
                   .task = Task::Regression,
                   .criterion = &tukey_biweight},
                  /*seed=*/3);
  network.set_standardisation({.mean = {1, 2, 3}, .scale = {4, 5, 6}}, {.mean = {7, 8}, .scale = {9, 10}}, false);
  network.set_output_names({"left", "right \"arm\""});
  network.save(dir.path() / "network.safetensors", {{"by", "a test"}});
  Network loaded = Network::load(dir.path() / "network.safetensors");
  EXPECT_EQ(loaded.layers(), network.layers());
  EXPECT_EQ(&loaded.activation(), &curvegraph::hyperbolic_tangent);
  EXPECT_EQ(&loaded.criterion(), &tukey_biweight);
  EXPECT_EQ(loaded.task(), Task::Regression);
  EXPECT_FALSE(loaded.takes_bytes());
  EXPECT_TRUE(loaded.is_standardised());
  EXPECT_EQ(loaded.output_names(), network.output_names());
  const std::vector<real> inputs{1, 2, 3, -4, 5, 0.5};
  EXPECT_THAT(loaded.predict(inputs), Pointwise(FloatNear(1e-5F), network.predict(inputs)));
  EXPECT_EQ(describe_model(dir.path() / "network.safetensors").metadata.at("by"), "a test");
}

TEST(Network, SavesNamesThatAreNotUtf8) {
  const TempDir dir;
  Network network = linear({});
  network.set_output_names({"caf\xe9", "tea"});
  network.save(dir.path() / "network.safetensors");
  EXPECT_THAT(Network::load(dir.path() / "network.safetensors").output_names(),
              testing::ElementsAre("caf\xef\xbf\xbd", "tea"));
}

TEST(Network, TellsBytesFromNumbersInItsFile) {
  const TempDir dir;
  Network network({.layers = {1, 2}});
  network.set_standardisation({.mean = {0}, .scale = {1}}, {}, /*takes_bytes=*/true);
  network.save(dir.path() / "bytes.safetensors");
  const Network loaded = Network::load(dir.path() / "bytes.safetensors");
  EXPECT_TRUE(loaded.takes_bytes());
  EXPECT_THAT([&] { loaded.require(classification_data({1}, 1, {0}, 2)); },
              ThrowsMessage<UsageError>(HasSubstr("inputs are numbers, expected bytes")));
}

TEST(Network, RefusesFilesThatDoNotSayWhatTheyAre) {
  const TempDir dir;
  const Model model = mlp({2, 1}, relu, squared_error);
  const auto path = dir.path() / "plain.safetensors";
  const Normalization none{.mean = {0, 0}, .scale = {1, 1}};
  save_model(path, model, none, {});
  EXPECT_THAT([&] { Network::load(path); }, ThrowsMessage<Error>(HasSubstr("does not say its activation")));
  save_model(path, model, none, {{"activation", "relux"}});
  EXPECT_THAT([&] { Network::load(path); }, ThrowsMessage<Error>(HasSubstr("unknown activation 'relux'")));
  for (const char* names : {"7", "[1]", "[\"a\"", "[\"a\", \"b\"]"}) {
    save_model(
        path, model, none,
        {{"activation", "relu"}, {"criterion", "squared-error"}, {"task", "regression"}, {"output_names", names}});
    EXPECT_THAT([&] { Network::load(path); }, ThrowsMessage<Error>(HasSubstr("plain.safetensors: output"))) << names;
  }
}

TEST(Network, RefusesWhatDoesNotFit) {
  const auto refused = [](auto action, const char* message) {
    EXPECT_THAT([&] { action(); }, ThrowsMessage<UsageError>(HasSubstr(message)));
  };
  refused([] { Network({.layers = {3}}); }, "layers: 1 size given");
  refused(
      [] {
        Network({.layers = {3, 1}, .task = Task::Regression, .criterion = &softmax_cross_entropy});
      },
      "criterion cross-entropy: is for classes");
  Network network = linear({.task = Task::Regression});
  refused([&] { return network.predict(std::vector<real>{1, 2, 3}); }, "predict: 3 numbers, expected a multiple of");
  refused([&] { return network.classify(std::vector<real>{1, 2}); }, "classify: the network is for regression");
  refused([&] { return network.score(regression_data({1}, 1, {1})); },
          "from 1 inputs to 1 outputs, expected regression");
  refused([&] { network.set_standardisation({.mean = {1}, .scale = {1}}, {}, false); }, "inputs: 1 means");
  refused([&] { network.set_output_names({"a", "b", "c"}); }, "output names: found 3, expected one for each of 2");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
