#include "framework/data/npy.h"

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/npy.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::string classes(const std::vector<std::int64_t>& values) {
  return npy_file({.descr = "<i8", .shape = fmt::format("({},)", values.size())}, bytes_of(values));
}

/// Three training and two test samples of two features, in three classes.
void write_set(const TempDir& dir) {
  dir.write("train_inputs.npy", npy_floats("(3, 2)", {1, 2, 3, 4, 5, 6}));
  dir.write("train_targets.npy", classes({2, 0, 1}));
  dir.write("test_inputs.npy", npy_floats("(2, 2)", {7, 8, 9, 10}));
  dir.write("test_targets.npy", classes({1, 2}));
}

TEST(Npy, LoadsClasses) {
  const TempDir dir;
  write_set(dir);
  EXPECT_EQ(npy_shape(dir.path()), (DatasetShape{2, 3, Task::Classification}));
  const auto [train, test, validation] = load_npy(dir.path());
  EXPECT_EQ(train.name, "npy train");
  EXPECT_EQ(test.name, "npy test");
  EXPECT_THAT(train.numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(test.numbers, ElementsAre(7, 8, 9, 10));
  EXPECT_THAT(train.labels, ElementsAre(2, 0, 1));
  EXPECT_THAT(test.labels, ElementsAre(1, 2));
}

TEST(Npy, LoadsNumbersForRegression) {
  const TempDir dir;
  write_set(dir);
  dir.write("train_targets.npy", npy_floats("(3, 2)", {0.5F, 1, 2, 3, 4, 5}));
  dir.write("test_targets.npy", npy_floats("(2, 2)", {6, 7, 8, 9}));
  EXPECT_EQ(npy_shape(dir.path()), (DatasetShape{2, 2, Task::Regression}));
  const auto [train, test, validation] = load_npy(dir.path());
  EXPECT_THAT(train.targets, ElementsAre(0.5F, 1, 2, 3, 4, 5));
  EXPECT_THAT(test.targets, ElementsAre(6, 7, 8, 9));
  EXPECT_EQ(train.target_columns, 2);
}

TEST(Npy, TakesClassesFromABase) {
  const TempDir dir;
  write_set(dir);
  dir.write("train_targets.npy", classes({-1, 1, 1}));
  dir.write("test_targets.npy", classes({1, -1}));
  const DatasetOptions options{.label_base = -1};
  EXPECT_EQ(npy_shape(dir.path(), options), (DatasetShape{2, 3, Task::Classification}));
  const auto [train, test, validation] = load_npy(dir.path(), options);
  EXPECT_THAT(train.labels, ElementsAre(0, 2, 2));
  EXPECT_THAT(test.labels, ElementsAre(2, 0));
  EXPECT_THAT(train.output_names, ElementsAre("-1", "0", "1"));
}

TEST(Npy, TakesWholeFloatsAsClassesWhereTold) {
  const TempDir dir;
  write_set(dir);
  dir.write("train_targets.npy", npy_floats("(3,)", {2, 0, 1}));
  EXPECT_EQ(npy_shape(dir.path()).task, Task::Regression);
  const DatasetOptions options{.task = Task::Classification};
  EXPECT_EQ(npy_shape(dir.path(), options), (DatasetShape{2, 3, Task::Classification}));
  EXPECT_THAT(load_npy(dir.path(), options).train.labels, ElementsAre(2, 0, 1));
}

TEST(Npy, KeepsBytesAsBytes) {
  const TempDir dir;
  write_set(dir);
  dir.write("train_inputs.npy", npy_file({.descr = "|u1", .shape = "(3, 2)"}, "\1\2\3\4\5\6"));
  dir.write("test_inputs.npy", npy_file({.descr = "|u1", .shape = "(2, 2)"}, "\7\10\11\12"));
  const auto [train, test, validation] = load_npy(dir.path());
  EXPECT_THAT(train.values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(test.values, ElementsAre(7, 8, 9, 10));
  EXPECT_THAT(train.numbers, IsEmpty());
  EXPECT_EQ(test.size(), 2);
}

TEST(Npy, NeedsNoTargetsForAutoencoders) {
  const TempDir dir;
  write_set(dir);
  for (const char* name : {"train_targets.npy", "test_targets.npy"}) std::filesystem::remove(dir.path() / name);
  const DatasetOptions options{.task = Task::Autoencoder};
  EXPECT_EQ(npy_shape(dir.path(), options), (DatasetShape{2, 2, Task::Autoencoder}));
  EXPECT_EQ(load_npy(dir.path(), options).train.task, Task::Autoencoder);
}

TEST(Npy, SaysWhatDoesNotFit) {
  struct Case {
    std::string file;
    std::string contents;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"train_inputs.npy", npy_floats("(6,)", {1, 2, 3, 4, 5, 6}), "has the shape [6], expected [N, features]"},
      {"train_inputs.npy", npy_floats("(3, 1, 2)", {1, 2, 3, 4, 5, 6}),
       "has the shape [3, 1, 2], expected [N, features]"},
      {"test_targets.npy", npy_floats("(2, 1, 1)", {1, 2}), "has the shape [2, 1, 1], expected [N, outputs] or [N]"},
      {"test_targets.npy", npy_floats("(2,)", {1, 1.5F}),
       "row 1: the class is 1.5, expected a whole number for classification"},
      {"train_targets.npy", classes({3, 1, 2}),
       "the smallest class is 1, expected 0; --label-base 1 takes it as the first class, --task regression takes the "
       "targets as numbers"},
  };
  for (const Case& c : cases) {
    const TempDir dir;
    write_set(dir);
    const std::string path = dir.write(c.file, c.contents).string();
    EXPECT_THAT([&] { load_npy(dir.path()); }, ThrowsMessage<Error>(path + ": " + c.message));
  }
  const TempDir dir;
  write_set(dir);
  const std::string path = dir.write("train_targets.npy", classes({1, 2})).string();
  EXPECT_THAT([&] { load_npy(dir.path()); },
              ThrowsMessage<Error>(path + ": holds targets of 2 samples, expected 3, as many as " +
                                   (dir.path() / "train_inputs.npy").string()));
  std::filesystem::remove(path);
  EXPECT_THAT([&] { npy_shape(dir.path()); },
              ThrowsMessage<Error>(dir.path().string() +
                                   ": holds no train_targets.npy, expected train_inputs.npy, train_targets.npy, "
                                   "test_inputs.npy and test_targets.npy"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
