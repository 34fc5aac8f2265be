#include "tools/train/trials.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/parse_options.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

std::vector<Trial> some_trials() {
  const double infinity = std::numeric_limits<double>::infinity();
  return {{.number = 3,
           .settings = {{"batch-size", "125"}, {"learning-rate", "0.3"}},
           .seconds = 12.3456,
           .steps = 1000,
           .epochs = 2.5,
           .losses = {1.23456789, 0.5}},
          {.number = 1,
           .settings = {{"batch-size", "2000"}, {"learning-rate", "0.003"}},
           .seconds = 1,
           .steps = 20,
           .epochs = 0.1,
           .losses = {infinity},
           .message = "epoch 1, step 21: the loss is nan"}};
}

TEST(Trials, AreATableForPeople) {
  EXPECT_EQ(format_trials(some_trials(), 2),
            "trial  batch-size  learning-rate  seconds  steps  epochs  loss_1  loss_2\n"
            "    3         125            0.3   12.346   1000    2.50  1.2346     0.5\n"
            "    1        2000          0.003    1.000     20    0.10     inf          epoch 1, step 21: the loss is "
            "nan\n");
}

TEST(Trials, AreATableForPrograms) {
  EXPECT_EQ(trials_csv(some_trials(), 2),
            "trial,batch-size,learning-rate,seconds,steps,epochs,loss_1,loss_2\n"
            "3,125,0.3,12.346,1000,2.50,1.23456789,0.5\n"
            "1,2000,0.003,1.000,20,0.10,inf,\n");
}

TEST(Trials, BecomeAConfigOfWhatWasGivenAndFound) {
  const TempDir dir;
  const std::string given = dir.write("given", "criterion = bounded\nseed = 7\n").string();
  const TrainOptions options =
      parse_options({"--output", "o", "--config", given, "--find-settings", "3", "--dataset", "image-folder", "--data",
                     "some folder", "--layers", "12-2", "--skip-broken", "--optimizer", "sgd"});
  EXPECT_EQ(format_config(options, some_trials().front()),
            "# found in a search: training loss 0.5 after 2.5 epochs in 12.3 s\n"
            "batch-size = 125\n"
            "criterion = bounded\n"
            "data = " +
                std::filesystem::absolute("some folder").string() +
                "\n"
                "dataset = image-folder\n"
                "layers = 12-2\n"
                "learning-rate = 0.3\n"
                "optimizer = sgd\n"
                "seed = 7\n"
                "skip-broken = true\n");
  const std::string config = dir.write("found", format_config(options, some_trials().front())).string();
  const TrainOptions found = parse_options({"--output", "p", "--config", config});
  EXPECT_EQ(found.find_settings, std::nullopt);
  EXPECT_EQ(found.settings(), with_settings(options, some_trials().front().settings).settings());
}

TEST(Trials, StandInAFolderOfTheirOwn) {
  const TempDir dir;
  const TrainOptions options = parse_options({"--output", "o", "--optimizer", "sgd"});
  SearchFolder folder(dir.path() / "new");
  folder.create();
  folder.save(options, some_trials(), 2);
  EXPECT_EQ(dir.read("new/trials.csv"), trials_csv(some_trials(), 2));
  EXPECT_EQ(dir.read("new/trials.txt"), format_trials(some_trials(), 2));
  EXPECT_EQ(dir.read("new/settings.cfg"), format_config(options, some_trials().front()));
  for (const char* name : {"trials.csv", "trials.txt", "settings.cfg"}) {
    const TempDir other;
    other.write(name, "mine");
    EXPECT_THAT([&] { SearchFolder(other.path()).create(); },
                ThrowsMessage<UsageError>("--output " + other.path().string() + ": already holds a search (" + name +
                                          "), expected a new folder"));
  }
  const TempDir run;
  run.write("metrics.csv", "of a run");
  EXPECT_THROW(SearchFolder(run.path()).create(), UsageError);
}

TEST(Trials, HaveNoConfigWhereAllHaveFailed) {
  const TempDir dir;
  const std::vector<Trial> trials = some_trials();
  SearchFolder(dir.path()).save(parse_options({"--output", "o"}), std::span(trials).last(1), 2);
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "trials.csv"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "settings.cfg"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
