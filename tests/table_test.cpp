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
          .samples = 3,
          .features = 2,
          .outputs = outputs,
          .numbers = {1, 2, 3, 4, 5, 6},
          .targets = std::move(targets),
          .places = {2, 3, 4}};
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
    bool integers;
    std::optional<Task> task;
  };
  for (const Case& c : std::vector<Case>{{{0.5F, 1, 2}, 1, false, {}},
                                         {{0, 1, 2}, 1, false, {}},
                                         {{1, 2, 3, 4, 5, 6}, 2, true, {}},
                                         {{1, 2, 1000}, 1, true, Task::Regression}}) {
    Table train = table("train", c.targets, c.outputs);
    train.integers = c.integers;
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

TEST(Table, ClassesMayStartElsewhereAndHaveNames) {
  const DatasetOptions from_5{.label_base = 5};
  Table train = table("train", {7, 5, 7});
  EXPECT_EQ(table_shape(train, from_5), (DatasetShape{2, 3, Task::Classification}));
  DatasetPair pair = table_datasets(train, table("test", {6, 6, 5}), table("validation", {7, 7, 7}), from_5);
  EXPECT_THAT(pair.train.labels, ElementsAre(2, 0, 2));
  EXPECT_THAT(pair.test.labels, ElementsAre(1, 1, 0));
  EXPECT_THAT(pair.validation.labels, ElementsAre(2, 2, 2));
  EXPECT_EQ(pair.test.classes, 3);
  EXPECT_THAT(pair.train.output_names, ElementsAre("5", "6", "7"));

  // A base of 0 says that the training set lacks some classes.
  const DatasetOptions from_0{.label_base = 0};
  EXPECT_EQ(table_shape(train, from_0).outputs, 8);
  EXPECT_THAT(table_datasets(train, train, {}, from_0).train.output_names, IsEmpty());

  train.targets = {1, 0, 1};
  train.class_names = {"a", "b"};
  train.dropped = 4;
  EXPECT_EQ(table_shape(train, {}), (DatasetShape{2, 2, Task::Classification}));
  pair = table_datasets(train, train, {}, {});
  EXPECT_THAT(pair.test.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(pair.test.output_names, ElementsAre("a", "b"));
  EXPECT_EQ(pair.train.dropped, 4);
}

TEST(Table, RefusesABaseThatDoesNotFit) {
  struct Case {
    Table train;
    DatasetOptions options;
    std::string message;
  };
  Table named = table("train", {0, 1, 0});
  named.class_names = {"a", "b"};
  Table floats = table("train", {0, 1, 0});
  floats.integers = false;
  const std::string start = "--label-base 1: has no effect on train_out, with ";
  const std::string said = ", as --label-base 1 says";
  for (const Case& c : std::vector<Case>{
           {named, {.label_base = 1}, start + "classes that have names"},
           {floats,
            {.label_base = 1},
            start + "numbers for regression; --task classification takes whole numbers as classes"},
           {floats, {.task = Task::Regression, .label_base = 1}, start + "--task regression"},
           {floats, {.task = Task::Autoencoder, .label_base = 1}, start + "an autoencoder"},
           {table("train", {1, 0, 3}),
            {.label_base = 1},
            "train_out: line 3: the class is 0, expected 1 to 256" + said},
           {table("train", {1, 257, 3}),
            {.label_base = 1},
            "train_out: line 3: the class is 257, expected 1 to 256" + said},
       }) {
    EXPECT_THAT([&] { table_shape(c.train, c.options); }, ThrowsMessage<Error>(c.message));
    EXPECT_THAT([&] { table_datasets(c.train, c.train, {}, c.options); }, ThrowsMessage<Error>(c.message));
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
  const std::string bytes = ", as labels are bytes; --task regression takes other integers as numbers";
  const std::string base = " takes it as the first class, --task regression takes the targets as numbers";
  const std::vector<Case> cases = {
      {[](Table& train, Table&) {
         train.targets = {0, -1, 300};
       },
       "train_out: line 3: the class is -1, expected 0 to 255" + bytes},
      {[](Table& train, Table&) {
         train.targets = {1, 3, 2};
       },
       "train_out: the smallest class is 1, expected 0; --label-base 1" + base},
      {[](Table& train, Table&) {
         train.targets = {1, -1, 1};
       },
       "train_out: the smallest class is -1, expected 0; --label-base -1" + base},
      {[](Table& train, Table&) {
         train.targets = {1, 1, 1};
       },
       "train_out: all targets are 1, expected at least two classes"},
      {[](Table& train, Table&) {
         train.targets = {0, 0, 0};
         train.class_names = {"set\nosa"};
       },
       "train_out: all targets are the class 'set\\nosa', expected at least two classes"},
      {[](Table& train, Table&) { train.targets[2] = 256; },
       "train_out: line 4: the class is 256, expected 0 to 255" + bytes},
      {[](Table&, Table& test) { test.targets[0] = 3; },
       "test_out: line 2: the class is 3, expected 0 to 2, the classes of train_out"},
      {[](Table&, Table& test) { test.targets[1] = 0.5F; },
       "test_out: line 3: the class is 0.5, expected a whole number for classification"},
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
