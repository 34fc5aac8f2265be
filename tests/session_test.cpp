#include "tools/train/session.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "models/checkpoint.h"
#include "tests/support/parse_options.h"
#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

Arguments arguments(const Options& options) {
  Arguments all;
  for (const auto& [name, value] : options) all.push_back("--" + name + "=" + value);
  return all;
}

std::vector<std::vector<real>> parameters(TrainingSession& session) {
  std::vector<std::vector<real>> values;
  for (const Tensor& parameter : session.model().graph->parameters()) values.push_back(parameter.to_host());
  return values;
}

/// A trial of a search stops in the middle of an epoch, is taken out of memory, and goes on.
TEST(TrainingSession, GoesOnBitForBitFromTheMiddleOfAnEpoch) {
  const Options scheduled{{"learning-rate-schedule", "cosine"}, {"warm-up", "2"}, {"weight-decay", "0.1"}};
  for (const Options& optimizer :
       {Options{{"curvature", "fisher-sampled"}}, Options{{"optimizer", "sgd"}}, Options{{"optimizer", "adam"}}}) {
    const TempDir dir;
    write_fashion_mnist(dir, "data");
    TrainOptions options = parse_options(arguments(with(with(fashion_mnist_options(dir), optimizer), scheduled)));
    const TrainingData data = load_training_data(options);
    TrainingSession whole(options, data);
    whole.trainer().run_epoch(1);
    whole.trainer().run_epoch(2);

    const auto path = dir.path() / "checkpoint";
    {
      TrainingSession first(options, data);
      first.trainer().run_part(1, 0, [](const Progress& progress) { return progress.step < 3; });
      first.training().train_score(std::vector<int>{4, 2});  // between the two
      save_checkpoint(path, options.settings(), {}, first.model(), first.optimizer());
    }
    TrainingSession second(options, data);
    CheckpointFile(path).restore(second.model(), second.optimizer());
    second.optimizer().set_steps(3);
    const auto on = [](const Progress&) { return true; };
    second.trainer().run_part(1, 3, on);
    second.trainer().run_part(2, 0, on);
    EXPECT_EQ(parameters(second), parameters(whole)) << options.optimizer_name();
  }
}

TEST(TrainingSession, ScoresTheSamplesOfItsSets) {
  const TempDir dir;
  write_fashion_mnist(dir, "data");
  TrainOptions options = parse_options(arguments(fashion_mnist_options(dir)));
  const TrainingData data = load_training_data(options);
  TrainingSession session(options, data);
  EXPECT_EQ(session.training().train_score().samples, 250);
  EXPECT_EQ(session.training().train_score(std::vector<int>{7, 9, 11}).samples, 3);
  EXPECT_EQ(session.test_score().samples, 50);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
