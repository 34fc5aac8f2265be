#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/csv.h"
#include "framework/error.h"
#include "tests/support/temp_dir.h"

/// Classes in CSV files.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

DatasetOptions class_options(std::vector<std::string> names, std::optional<Task> task = {}) {
  return {.task = task, .targets = std::move(names)};
}

TEST(CsvClasses, HaveNames) {
  const TempDir dir;
  dir.write("train.csv", "a,kind\n1,virginica\n2,\"setosa, \"\"blue\"\"\"\n3,virginica\n4,Versicolor\n");
  dir.write("test.csv", "a,kind\n5, virginica\n6,Versicolor\n");
  dir.write("validation.csv", "a,kind\n7,\"setosa, \"\"blue\"\"\"\n");
  for (const auto task : {std::optional<Task>{}, std::optional(Task::Classification)}) {
    const DatasetOptions options = class_options({"kind"}, task);
    EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{1, 3, Task::Classification}));
    const auto [train, test, validation] = load_csv(dir.path(), options);
    EXPECT_THAT(train.output_names, ElementsAre("Versicolor", "setosa, \"blue\"", "virginica"));
    EXPECT_EQ(train.classes, 3);
    EXPECT_THAT(train.labels, ElementsAre(2, 1, 2, 0));
    EXPECT_THAT(test.labels, ElementsAre(2, 0));
    EXPECT_THAT(validation.labels, ElementsAre(1));
    EXPECT_EQ(test.output_names, train.output_names);
    EXPECT_THAT(train.targets, IsEmpty());
    EXPECT_THAT(train.numbers, ElementsAre(1, 2, 3, 4));
  }
}

TEST(CsvClasses, TakeNumbersAsNamesOnlyWhereTold) {
  const TempDir dir;
  dir.write("test.csv", "a,kind\n5,3\n");
  for (const bool number_first : {true, false}) {
    const std::string train =
        dir.write("train.csv", number_first ? "a,kind\n1,3\n2,3b\n" : "a,kind\n1,3b\n2,3\n").string();
    EXPECT_THAT(
        [&] { csv_shape(dir.path(), class_options({"kind"})); },
        ThrowsMessage<Error>(
            train + (number_first ? ": line 3, column kind: found '3b', expected a number; --task "
                                    "classification takes all values of the column as names of classes"
                                  : ": line 3, column kind: found '3', expected the name of a class like '3b' in "
                                    "line 2; --task classification takes numbers as names")));
    const auto [loaded, test, validation] = load_csv(dir.path(), class_options({"kind"}, Task::Classification));
    EXPECT_THAT(loaded.output_names, ElementsAre("3", "3b"));
    EXPECT_THAT(test.labels, ElementsAre(0));
  }
}

TEST(CsvClasses, MayBeWholeNumbersWithAPoint) {
  const TempDir dir;
  const std::string text = "a,kind\n1,0.0\n2,2e0\n3,1\n";
  dir.write("train.csv", text);
  dir.write("test.csv", text);
  EXPECT_EQ(csv_shape(dir.path(), class_options({"kind"})).task, Task::Regression);
  const DatasetOptions options = class_options({"kind"}, Task::Classification);
  EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{1, 3, Task::Classification}));
  const auto [train, test, validation] = load_csv(dir.path(), options);
  EXPECT_THAT(train.labels, ElementsAre(0, 2, 1));
  EXPECT_THAT(train.output_names, IsEmpty());
}

TEST(CsvClasses, MayStartAtOne) {
  const TempDir dir;
  const std::string train = dir.write("train.csv", "a,kind\n1,3\n2,1\n3,2\n").string();
  dir.write("test.csv", "a,kind\n1,2\n");
  EXPECT_THAT(
      [&] { csv_shape(dir.path(), class_options({"kind"})); },
      ThrowsMessage<Error>(train + ": the smallest class is 1, expected 0; --label-base 1 takes it as the first "
                                   "class, --task regression takes the targets as numbers"));
  DatasetOptions options = class_options({"kind"});
  options.label_base = 1;
  EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{1, 3, Task::Classification}));
  EXPECT_THAT(load_csv(dir.path(), options).test.labels, ElementsAre(1));
}

TEST(CsvClasses, SayWhatIsWrong) {
  std::string many = "a,kind\n";
  for (int i = 0; i < 257; ++i) many += fmt::format("1,${}\n", i);
  const std::string too_many =
      "TRAIN: column kind holds more than 256 different texts, such as '$0' in line 2, expected numbers, or names of "
      "at "
      "most 256 classes";
  struct Case {
    std::string train;
    std::string test;
    std::optional<Task> task;
    std::string message;
  };
  const std::string good = "a,kind\n1,x\n2,y\n";
  for (const Case& c : std::vector<Case>{
           {good,
            "a,kind\n1,x\n\"2\",z\n",
            {},
            "TEST: line 3, column kind: found 'z', expected one of the classes of "
            "TRAIN: x, y"},
           {good,
            "a,kind\n1,X\n",
            {},
            "TEST: line 2, column kind: found 'X', expected one of the classes of TRAIN: x, y"},
           {good,
            "a,kind\n1,\n",
            {},
            "TEST: line 2, column kind: found an empty cell, expected a value; --missing drop "
            "leaves out rows with missing values, --missing mean takes means of columns"},
           {"a,kind\n1,x\n2,\n",
            good,
            {},
            "TRAIN: line 3, column kind: found an empty cell, expected a value; --missing "
            "drop leaves out rows with missing values, --missing mean takes means of "
            "columns"},
           {"a,kind\n1,x\n2,x\n",
            "a,kind\n1,x\n",
            {},
            "TRAIN: all targets are the class 'x', expected at least two classes"},
           {"a,kind\n1,0\n2,0\n", "a,kind\n1,0\n", {}, "TRAIN: all targets are 0, expected at least two classes"},
           {good, good, Task::Regression, "TRAIN: line 2, column kind: found 'x', expected a number"},
           {many, good, {}, too_many},
           {many, good, Task::Classification, too_many},
           {"a,kind\n1,\"3,5\"\n2,\"4,5\"\n",
            good,
            {},
            "TRAIN: line 2, column kind: found '3,5', expected a number with a "
            "decimal point; decimal commas are not read"},
           {"a,kind\n1,x\n\"1\n2\",z\n3,x\n", good, {}, "TRAIN: line 3, column a: found '1\\n2', expected a number"},
           {"a,kind\n1,0\n\n", "a,kind\n1,0\n", {}, "TRAIN: all targets are 0, expected at least two classes"},
           {"a,kind\n1,0\n2,1\n",
            "a,kind\n1,0\n1,1\n1,2\n",
            {},
            "TEST: line 4: the class is 2, expected 0 to 1, the "
            "classes of TRAIN"},
       }) {
    const TempDir dir;
    const std::string train = dir.write("train.csv", c.train).string();
    const std::string test = dir.write("test.csv", c.test).string();
    std::string message = c.message;
    if (const auto at = message.find("TRAIN"); at != std::string::npos) message.replace(at, 5, train);
    if (const auto at = message.find("TEST"); at != std::string::npos) message.replace(at, 4, test);
    EXPECT_THAT([&] { load_csv(dir.path(), class_options({"kind"}, c.task)); }, ThrowsMessage<Error>(message));
  }
  const TempDir dir;
  dir.write("train.csv", good);
  dir.write("test.csv", good);
  EXPECT_THAT([&] { load_csv(dir.path(), {.targets = {"kind"}, .label_base = 1}); },
              ThrowsMessage<UsageError>(fmt::format("--label-base 1: has no effect on {}, with classes that have names",
                                                    (dir.path() / "train.csv").string())));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
