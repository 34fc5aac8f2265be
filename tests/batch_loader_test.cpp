#include "framework/data/batch_loader.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

/// Three samples of four features in three classes.
Dataset toys() {
  return {.name = "toys",
          .features = 4,
          .channels = 1,
          .classes = 3,
          .values = {0, 1, 2, 3, 64, 128, 192, 255, 250, 0, 100, 7},
          .labels = {2, 0, 1}};
}

Normalization uneven() { return {.mean = {0.0F, 0.5F, 0.3F, 0.9F}, .scale = {1.0F, 0.25F, 0.01F, 3.0F}}; }

TEST(BatchLoader, NormalisesTheSamplesAskedFor) {
  const Dataset dataset = toys();
  const Normalization normalization = uneven();
  BatchLoader loader(dataset, normalization);
  // Larger and smaller batches by turns, with samples out of order and twice.
  for (const auto& samples : {std::vector{1}, {2, 0, 2, 1}, {0, 1}, {1, 1, 1}}) {
    const int batch = static_cast<int>(samples.size());
    Tensor x(4, batch);
    Tensor target(3, batch);
    loader.load(samples, x, target);
    const std::vector<real> found = x.to_host();
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double byte = dataset.sample(samples[i / 4])[i % 4];
      const double mean = normalization.mean[i % 4];
      const double scale = normalization.scale[i % 4];
      // Both terms of the difference are at most 1; three roundings.
      const double tolerance = 3 * std::numeric_limits<real>::epsilon() / scale;
      EXPECT_NEAR(found[i], (byte / 255 - mean) / scale, tolerance) << "column " << i / 4 << ", feature " << i % 4;
    }
  }
}

TEST(BatchLoader, GivesOneHotTargets) {
  const Dataset dataset = toys();
  BatchLoader loader(dataset, uneven());
  Tensor x(4, 4);
  Tensor target(3, 4);
  fill(target, 5);
  loader.load(std::vector{2, 0, 1, 2}, x, target);
  EXPECT_THAT(target.to_host(), ElementsAre(0, 1, 0, /**/ 0, 0, 1, /**/ 1, 0, 0, /**/ 0, 1, 0));
  EXPECT_EQ(&loader.dataset(), &dataset);
}

std::vector<real> loaded(BatchLoader& loader, const std::vector<int>& samples) {
  const int batch = static_cast<int>(samples.size());
  Tensor x(4, batch);
  Tensor target(3, batch);
  loader.load(samples, x, target);
  std::vector<real> all = x.to_host();
  const std::vector<real> hot = target.to_host();
  all.insert(all.end(), hot.begin(), hot.end());
  return all;
}

/// What the loader makes of three samples of three inputs, as bytes or as numbers, for a task.
struct Loaded {
  std::vector<real> x;
  std::vector<real> target;
};

const Normalization three{.mean = {0.0F, 0.5F, 0.25F}, .scale = {1.0F, 0.25F, 2.0F}};

Loaded load_of(const Dataset& dataset, const std::vector<int>& samples, bool ahead) {
  BatchLoader loader(dataset, three);
  Tensor x(3, static_cast<int>(samples.size()));
  Tensor target(dataset.outputs(), static_cast<int>(samples.size()));
  if (ahead) loader.prefetch(samples);
  loader.load(samples, x, target);
  return {.x = x.to_host(), .target = target.to_host()};
}

TEST(BatchLoader, LoadsBytesAndNumbersForEveryTask) {
  const std::vector<real> numbers = {0, 0.5F, -7, 1, 0.75F, 2, 0.2F, 1e6F, 0.25F};
  const std::vector<std::uint8_t> bytes = {0, 51, 255, 102, 204, 3, 9, 77, 1};
  for (const bool of_numbers : {true, false}) {
    Dataset dataset{.name = "toys", .features = 3, .classes = 2, .labels = {1, 0, 1}};
    if (of_numbers) dataset.numbers = numbers;
    if (!of_numbers) dataset.values = bytes;
    dataset.target_columns = 2;
    dataset.targets = {1.5F, -2, 3, 4.25F, 1e-3F, 6};
    // Odd numbers of bytes in front of targets that are numbers.
    for (const auto& samples : {std::vector{1}, {2, 0}, {0, 1, 2}, {2, 2, 1, 0, 2}}) {
      for (const Task task : {Task::Classification, Task::Regression, Task::Autoencoder}) {
        dataset.task = task;
        for (const bool ahead : {false, true}) {
          const Loaded found = load_of(dataset, samples, ahead);
          ASSERT_EQ(found.x.size(), 3 * samples.size());
          const std::size_t outputs = static_cast<std::size_t>(dataset.outputs());
          for (std::size_t i = 0; i < found.x.size(); ++i) {
            const std::size_t from = static_cast<std::size_t>(samples[i / 3]) * 3 + i % 3;
            const real value = of_numbers ? static_cast<real>(numbers[from]) : static_cast<real>(bytes[from]) / 255;
            EXPECT_EQ(found.x[i],
                      (value - static_cast<real>(three.mean[i % 3])) / static_cast<real>(three.scale[i % 3]));
            if (task == Task::Autoencoder) {
              EXPECT_EQ(found.target[i], value);
            }
          }
          if (task == Task::Autoencoder) continue;
          for (std::size_t i = 0; i < found.target.size(); ++i) {
            const std::size_t sample = static_cast<std::size_t>(samples[i / outputs]);
            const real hot = dataset.labels[sample] == i % outputs ? 1 : 0;
            const real number = static_cast<real>(dataset.targets[sample * outputs + i % outputs]);
            EXPECT_EQ(found.target[i], task == Task::Classification ? hot : number) << name(task) << ", " << i;
          }
        }
      }
    }
  }
}

/// (v - mean) / scale in double, rounded once.
void expect_standardised(const Dataset& dataset, const std::vector<real>& values, const Normalization& targets) {
  BatchLoader loader(dataset, {.mean = {0, 0}, .scale = {1, 1}}, targets);
  ASSERT_EQ(loader.target_scale().shape(), (Shape{2, 1}));
  EXPECT_THAT(to_host(loader.target_scale()), ElementsAre(targets.scale[0], targets.scale[1]));
  const std::vector<int> samples{2, 0, 1, 2};
  Tensor x(2, 4);
  Tensor target(2, 4);
  for (const bool ahead : {false, true}) {
    fill(target, 5);
    if (ahead) loader.prefetch(samples);
    loader.load(samples, x, target);
    const std::vector<real> found = target.to_host();
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double value = values[static_cast<std::size_t>(samples[i / 2]) * 2 + i % 2];
      const double expected = (value - double{targets.mean[i % 2]}) / double{targets.scale[i % 2]};
      EXPECT_EQ(found[i], static_cast<real>(expected)) << i;
    }
    if (dataset.task == Task::Autoencoder) {
      EXPECT_EQ(x.to_host()[1], static_cast<real>(dataset.numbers[5])) << "inputs have a normalisation of their own";
    }
  }
}

TEST(BatchLoader, StandardisesTargets) {
  // A small difference of large numbers, and both ends of what users have; in real, the last sample would be infinite.
  const std::vector<real> targets{1e12F, 3e-12F, 1e12F + 131072.0F, -1e-12F, 3e38F, 5e-12F};
  const Normalization normalization{.mean = {-1e38F, 1e-12F}, .scale = {2e38F, 2e-12F}};
  Dataset dataset{.name = "toys",
                  .features = 2,
                  .task = Task::Regression,
                  .numbers = {0, 1, 2, 3, 4, 5},
                  .target_columns = 2,
                  .targets = targets};
  expect_standardised(dataset, targets, normalization);
  expect_standardised(dataset, targets, {.mean = {1e12F, 0}, .scale = {65536, 1e-12F}});
  dataset.task = Task::Autoencoder;
  expect_standardised(dataset, dataset.numbers, {.mean = {2, -1}, .scale = {3, 0.1F}});
  dataset.numbers = targets;
  expect_standardised(dataset, targets, normalization);
}

TEST(BatchLoader, RefusesANormalisationOfOtherTargets) {
  Dataset dataset{.name = "toys",
                  .features = 1,
                  .classes = 2,
                  .labels = {0, 1},
                  .task = Task::Regression,
                  .numbers = {1, 2},
                  .target_columns = 2,
                  .targets = {1, 2, 3, 4}};
  const Normalization input{.mean = {0}, .scale = {1}};
  const auto refuses = [&](const Normalization& targets, const std::string& message) {
    EXPECT_THAT([&] { BatchLoader(dataset, input, targets); }, ThrowsMessage<UsageError>(message));
  };
  refuses({.mean = {0}, .scale = {1, 1}}, "toys: a normalisation of 1 targets, expected 2");
  refuses({.mean = {0, 0}, .scale = {1, 1, 1}}, "toys: a normalisation of 3 targets, expected 2");
  EXPECT_FALSE(BatchLoader(dataset, input).target_scale());
  dataset.task = Task::Classification;
  refuses({.mean = {0, 0}, .scale = {1, 1}}, "toys: a normalisation of targets, expected none as they are classes");
}

TEST(BatchLoader, LoadsTheSameWhateverWasPrefetched) {
  const Dataset dataset = toys();
  BatchLoader plain(dataset, uneven());
  BatchLoader loader(dataset, uneven());
  const std::vector<std::vector<int>> batches = {{1}, {2, 0, 2, 1}, {2, 0, 2}, {}, {0, 1}, {1, 0}};
  for (const auto& prefetched : batches) {
    for (const auto& samples : batches) {
      loader.prefetch(prefetched);
      EXPECT_EQ(loaded(loader, samples), loaded(plain, samples)) << testing::PrintToString(samples);
      EXPECT_EQ(loaded(loader, prefetched), loaded(plain, prefetched)) << testing::PrintToString(prefetched);
    }
    loader.prefetch({});
    loader.prefetch(prefetched);
    EXPECT_EQ(loaded(loader, prefetched), loaded(plain, prefetched)) << testing::PrintToString(prefetched);
  }
  loader.prefetch(std::vector{1, 2});  // and is not taken up
}

TEST(BatchLoader, GathersAheadWhatIsPrefetched) {
  // Seen by a data set that changes in between: the bytes are those of the time of the prefetch, and for one load only.
  Dataset dataset = toys();
  BatchLoader loader(dataset, uneven());
  const auto before = loaded(loader, {0, 1});
  loader.prefetch(std::vector{0, 1});
  loader.wait();
  dataset.values[1] = 255;
  EXPECT_EQ(loaded(loader, {0, 1}), before);
  EXPECT_NE(loaded(loader, {0, 1}), before);
}

TEST(BatchLoader, RefusesToPrefetchWhatThereIsNot) {
  const Dataset dataset = toys();
  BatchLoader plain(dataset, uneven());
  BatchLoader loader(dataset, uneven());
  EXPECT_THAT(
      [&] {
        loader.prefetch(std::vector{0, 3});
      },
      ThrowsMessage<UsageError>("toys: no sample 3, expected 0 <= sample < 3"));
  EXPECT_EQ(loaded(loader, {0, 1}), loaded(plain, {0, 1}));
}

TEST(BatchLoader, RefusesANormalisationOfOtherFeatures) {
  const Dataset dataset = toys();
  EXPECT_THAT(
      [&] {
        BatchLoader(dataset, {.mean = {0, 0, 0}, .scale = {1, 1, 1}});
      },
      ThrowsMessage<UsageError>("toys: a normalisation of 3 features, expected 4"));
  EXPECT_THAT(
      [&] {
        BatchLoader(dataset, {.mean = {0, 0, 0, 0}, .scale = {1, 1, 1, 1, 1}});
      },
      ThrowsMessage<UsageError>(AllOf(StartsWith("toys: a normalisation of "), HasSubstr("expected 4"))));
}

TEST(BatchLoader, RefusesMatricesAndSamplesThatDoNotFit) {
  struct Case {
    std::vector<int> samples;
    Shape x;
    Shape target;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{0, 1}, {3, 2}, {3, 2}, "toys: 2 samples into 3x2 inputs and 3x2 targets, expected 4x2 and 3x2"},
      {{0, 1}, {4, 2}, {4, 2}, "toys: 2 samples into 4x2 inputs and 4x2 targets, expected 4x2 and 3x2"},
      {{0, 1}, {4, 3}, {3, 3}, "toys: 2 samples into 4x3 inputs and 3x3 targets, expected 4x2 and 3x2"},
      {{0, 1}, {4, 2}, {3, 1}, "toys: 2 samples into 4x2 inputs and 3x1 targets, expected 4x2 and 3x2"},
      {{0, 3}, {4, 2}, {3, 2}, "toys: no sample 3, expected 0 <= sample < 3"},
      {{-1}, {4, 1}, {3, 1}, "toys: no sample -1, expected 0 <= sample < 3"},
  };
  const Dataset dataset = toys();
  BatchLoader loader(dataset, uneven());
  for (const Case& one : cases) {
    Tensor x(one.x);
    Tensor target(one.target);
    EXPECT_THAT([&] { loader.load(one.samples, x, target); }, ThrowsMessage<UsageError>(one.message));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
