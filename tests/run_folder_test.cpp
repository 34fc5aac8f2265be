#include "tools/train/run_folder.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "models/network.h"
#include "ops/ops.h"
#include "tests/support/temp_dir.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::ThrowsMessage;

constexpr const char* header = "epoch,step,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n";

TEST(RunState, AddsARowAnEpoch) {
  RunState state;
  EXPECT_EQ(state.metrics, header);
  state.epoch = 1;
  state.step = 120;
  state.seconds = 1.23456;
  state.add_row({.train = {.loss = 2.5, .accuracy = 0.125, .samples = 8},
                 .test = {.loss = 1.0 / 3, .accuracy = 1, .samples = 8}});
  state.epoch = 2;
  state.step = 240;
  state.seconds = 2;
  state.add_row(
      {.train = {.loss = 1e-10, .accuracy = 0, .samples = 8}, .test = {.loss = 2e10, .accuracy = 0.5, .samples = 8}});
  EXPECT_EQ(state.metrics, std::string(header) +
                               "1,120,1.235,2.5,0.125,0.333333333,1\n"
                               "2,240,2.000,1e-10,0,2e+10,0.5\n");
}

TEST(RunState, NamesWhatTheTaskMeasures) {
  for (const Task task : {Task::Regression, Task::Autoencoder}) {
    RunState state{.task = task};
    state.epoch = 1;
    state.step = 3;
    state.add_row({.train = {.loss = 2, .squared_error = 0.25, .samples = 8},
                   .test = {.loss = 3, .squared_error = 4, .samples = 8}});
    EXPECT_EQ(state.metrics,
              "epoch,step,seconds,train_loss,train_rmse,test_loss,test_rmse\n"
              "1,3,0.000,2,0.5,3,2\n");
  }
}

TEST(RunState, HasColumnsOfAValidationSet) {
  RunState state{.metrics = RunState::header(Task::Classification, /*validated=*/true)};
  EXPECT_EQ(
      state.metrics,
      "epoch,step,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy\n");
  state.epoch = 1;
  state.add_row({.train = {.loss = 1, .accuracy = 0.25, .samples = 8},
                 .test = {.loss = 2, .accuracy = 0.5, .samples = 8},
                 .validation = Score{.loss = 3, .accuracy = 0.75, .samples = 8}});
  EXPECT_THAT(state.column("validation_accuracy"), ElementsAre(0.75));
  EXPECT_THAT(state.column("test_accuracy"), ElementsAre(0.5));
  EXPECT_THAT(state.column("rmse"), IsEmpty()) << "no such column";
}

TEST(RunState, KnowsItsColumns) {
  RunState state;
  EXPECT_THAT(state.column("train_loss"), IsEmpty());
  for (const double loss : {2.5, 1e-10, 1.0 / 3}) {
    ++state.epoch;
    state.add_row(
        {.train = {.loss = loss, .accuracy = 0.5, .samples = 8}, .test = {.loss = 7, .accuracy = 0.5, .samples = 8}});
    ASSERT_EQ(state.column("train_loss").size(), static_cast<std::size_t>(state.epoch));
    EXPECT_NEAR(state.column("train_loss").back(), loss, 1e-9 * loss);
  }
}

TEST(RunFolder, SavesModelAndMetricsUnderTheirNames) {
  const TempDir dir;
  Network network({.layers = {2, 1}, .activation = &sigmoid, .task = Task::Regression});
  network.model().graph->parameters()[0].assign(std::vector<real>{3, 4});
  network.set_standardisation({.mean = {0, 1}, .scale = {2, 3}}, {.mean = {5}, .scale = {6}}, /*takes_bytes=*/false);
  RunFolder(dir.path()).save_results({.metrics = "some\n"}, network);
  RunFolder(dir.path()).save_best(network, {{"epoch", "7"}});
  EXPECT_EQ(dir.read("metrics.csv"), "some\n");
  const Network loaded = Network::load(dir.path() / "model.safetensors");
  EXPECT_THAT(loaded.model().graph->parameters()[0].to_host(), ElementsAre(3, 4));
  EXPECT_THAT(loaded.inputs().scale, ElementsAre(2, 3));
  EXPECT_THAT(loaded.targets().mean, ElementsAre(5));
  EXPECT_THAT(loaded.targets().scale, ElementsAre(6));
  EXPECT_EQ(describe_model(dir.path() / "best.safetensors").metadata.at("epoch"), "7");
}

TEST(RunFolder, MakesFoldersOnDemand) {
  const TempDir dir;
  const auto path = dir.path() / "new" / "run";
  {
    RunFolder folder(path);
    folder.create_new();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path.parent_path())) << "nothing was written";
  {
    RunFolder folder(path);
    folder.create_to_resume(dir.path() / "other");
    dir.write("new/run/file", "contents");
  }
  EXPECT_TRUE(std::filesystem::exists(path / "file"));
  std::filesystem::create_directories(dir.path() / "empty");
  RunFolder(dir.path() / "empty").create_new();
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "empty")) << "somebody else has made it";
}

TEST(RunFolder, HasOneOwner) {
  const TempDir dir;
  {
    RunFolder owner(dir.path());
    owner.create_new();
    RunFolder second(dir.path());
    const auto refused = ThrowsMessage<Error>("--output " + dir.path().string() +
                                              ": another process is writing there, expected a folder of its own");
    EXPECT_THAT([&] { second.create_new(); }, refused);
    EXPECT_THAT([&] { second.create_to_resume(dir.path()); }, refused);
  }
  RunFolder(dir.path()).create_new();
}

TEST(RunFolder, RemovesWhatAKilledProcessLeft) {
  const TempDir dir;
  for (const char* name : {"checkpoint.safetensors.123-0.tmp", "metrics.csv.7-12.tmp"}) dir.write(name, "torn");
  for (const char* name : {"notes.tmp", "notes.1.tmp", "data.1-2.tmp.csv"}) dir.write(name, "mine");
  RunFolder(dir.path()).create_new();
  EXPECT_THAT(files_below(dir.path()), ElementsAre(Key("data.1-2.tmp.csv"), Key("notes.1.tmp"), Key("notes.tmp")));
}

TEST(RunFolder, StartsNoSecondRunInAFolder) {
  for (const std::string file : {"checkpoint.safetensors", "model.safetensors", "metrics.csv"}) {
    const TempDir dir;
    dir.write(file, "of a run");
    const std::string path = dir.path().string();
    EXPECT_THAT([&] { RunFolder(path).create_new(); },
                ThrowsMessage<UsageError>("--output " + path + ": already holds a run (" + file +
                                          "), expected a new folder, or --resume " + path + " to continue that run"));
    RunFolder(path).create_to_resume(path);
    EXPECT_THROW(RunFolder(path).create_to_resume(path + "/other"), UsageError) << "another run's results";
    EXPECT_EQ(dir.read(file), "of a run");
  }
}

TEST(RunFolder, SaysWhenAFolderCannotBeMade) {
  const TempDir dir;
  const auto file = dir.write("file", "contents");
  for (const auto& path : {file, file / "below"}) {
    const auto refused = ThrowsMessage<Error>("--output " + path.string() + ": cannot be created: Not a directory");
    EXPECT_THAT([&] { RunFolder(path).create_new(); }, refused);
    EXPECT_THAT([&] { RunFolder(path).create_to_resume(dir.path()); }, refused);
  }
  EXPECT_EQ(dir.read("file"), "contents");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
