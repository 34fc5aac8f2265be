#include "framework/data/table.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

/// Three samples of two features, in the lines 2 to 4 of a file.
Table table(const std::string& part, std::vector<real> targets, int outputs = 1) {
  return {.name = "some " + part,
          .inputs_file = part + "_in",
          .targets_file = part + "_out",
          .unit = "line",
          .first = 2,
          .samples = 3,
          .features = 2,
          .outputs = outputs,
          .numbers = {1, 2, 3, 4, 5, 6},
          .targets = std::move(targets)};
}

DatasetOptions for_task(std::optional<Task> task) { return {.task = task}; }

TEST(Table, OneColumnOfIntegersIsForClassification) {
  const Table train = table("train", {0, 2, 1});
  EXPECT_EQ(table_shape(train, {}), (DatasetShape{2, 3, Task::Classification}));
  const DatasetPair pair = table_datasets(train, table("test", {1, 1, 2}), {}, {});
  EXPECT_EQ(pair.train.name, "some train");
  EXPECT_EQ(pair.train.task, Task::Classification);
  EXPECT_EQ(pair.train.features, 2);
  EXPECT_THAT(pair.train.numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(pair.train.labels, ElementsAre(0, 2, 1));
  EXPECT_THAT(pair.test.labels, ElementsAre(1, 1, 2));
  for (const Dataset* part : {&pair.train, &pair.test}) {
    EXPECT_EQ(part->size(), 3);
    EXPECT_EQ(part->classes, 3);
    EXPECT_EQ(part->outputs(), 3);
    EXPECT_THAT(part->targets, IsEmpty());
  }
}

TEST(Table, OtherTargetsAreForRegression) {
  struct Case {
    std::vector<real> targets;
    int outputs;
    std::string not_integers;
    std::optional<Task> task;
  };
  for (const Case& c : std::vector<Case>{{{0.5F, 1, 2}, 1, "line 2: found 0.5", {}},
                                         {{1, 2, 3, 4, 5, 6}, 2, "", {}},
                                         {{1, 2, 1000}, 1, "", Task::Regression}}) {
    Table train = table("train", c.targets, c.outputs);
    train.not_integers = c.not_integers;
    Table test = train;
    test.name = "some test";
    EXPECT_EQ(table_shape(train, for_task(c.task)), (DatasetShape{2, c.outputs, Task::Regression}));
    const DatasetPair pair = table_datasets(train, test, {}, for_task(c.task));
    for (const Dataset* part : {&pair.train, &pair.test}) {
      EXPECT_EQ(part->task, Task::Regression);
      EXPECT_EQ(part->outputs(), c.outputs);
      EXPECT_EQ(part->targets, c.targets);
      EXPECT_THAT(part->labels, IsEmpty());
    }
  }
}

TEST(Table, AutoencodersHaveTheirInputsForTargets) {
  const Table train = table("train", {}, 0);
  EXPECT_EQ(table_shape(train, for_task(Task::Autoencoder)), (DatasetShape{2, 2, Task::Autoencoder}));
  Table test = train;
  const DatasetPair pair = table_datasets(train, test, {}, for_task(Task::Autoencoder));
  EXPECT_EQ(pair.train.task, Task::Autoencoder);
  EXPECT_EQ(pair.test.outputs(), 2);
  EXPECT_THAT(pair.test.targets, IsEmpty());
}

TEST(Table, SaysWhatDoesNotFit) {
  struct Case {
    std::function<void(Table& train, Table& test)> change;
    std::string message;
  };
  const std::string bytes = ", as labels are bytes; other integers are targets of regression";
  const std::vector<Case> cases = {
      {[](Table& train, Table&) { train.targets[1] = -1; },
       "train_out: line 3: the class is -1, expected 0 to 255" + bytes},
      {[](Table& train, Table&) { train.targets[2] = 256; },
       "train_out: line 4: the class is 256, expected 0 to 255" + bytes},
      {[](Table&, Table& test) { test.targets[0] = 3; },
       "test_out: line 2: the class is 3, expected 0 to 2, the classes of train_out"},
      {[](Table&, Table& test) { test.not_integers = "line 3: found 0.5"; },
       "test_out: line 3: found 0.5, expected integers from 0 for classification"},
      {[](Table& train, Table& test) { train.outputs = test.outputs = 2; },
       "train_out: holds 2 columns of targets, expected one of classes for classification"},
      {[](Table&, Table& test) { test.features = 3; }, "test_in: holds 3 columns of inputs, expected 2 as train_in"},
      {[](Table&, Table& test) { test.outputs = 2; }, "test_out: holds 2 columns of targets, expected 1 as train_out"},
      {[](Table& train, Table&) { train.bytes = {1}; }, "test_in: holds other numbers, expected uint8 as train_in"},
      {[](Table&, Table& test) { test.bytes = {1}; }, "test_in: holds uint8, expected other numbers as train_in"},
  };
  for (const Case& c : cases) {
    Table train = table("train", {0, 1, 2});
    Table test = table("test", {0, 1, 2});
    c.change(train, test);
    EXPECT_THAT([&] { table_datasets(train, test, {}, for_task(Task::Classification)); },
                ThrowsMessage<Error>(c.message));
  }
}

TEST(Table, NamesTheFileThatIsMissing) {
  const TempDir dir;
  EXPECT_EQ(table_file(dir.path(), dir.write("a", "").filename(), "a"), dir.path() / "a");
  EXPECT_THAT([&] { table_file(dir.path(), "b", "a and b"); },
              ThrowsMessage<Error>(dir.path().string() + ": holds no b, expected a and b"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
