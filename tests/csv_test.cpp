#include "framework/data/csv.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

void write_csv_set(const TempDir& dir) {
  dir.write("train.csv", "width,kind,height,price\n1,2,3,4.5\n5,0,7,8\n");
  dir.write("test.csv", "width,kind,height,price\n9,1,11,12\n");
}

DatasetOptions targets(std::vector<std::string> names) { return {.targets = std::move(names)}; }

TEST(Csv, LoadsClasses) {
  const TempDir dir;
  write_csv_set(dir);
  EXPECT_EQ(csv_shape(dir.path(), targets({"kind"})), (DatasetShape{3, 3, Task::Classification}));
  const auto [train, test, validation] = load_csv(dir.path(), targets({"kind"}));
  EXPECT_EQ(train.name, "csv train");
  EXPECT_EQ(test.name, "csv test");
  EXPECT_THAT(train.numbers, ElementsAre(1, 3, 4.5F, 5, 7, 8));
  EXPECT_THAT(train.labels, ElementsAre(2, 0));
  EXPECT_THAT(test.numbers, ElementsAre(9, 11, 12));
  EXPECT_THAT(test.labels, ElementsAre(1));
  EXPECT_TRUE(train.output_names.empty()) << "numbers are the classes' only names";
}

TEST(Csv, LoadsTargetsInTheOrderOfTheirNames) {
  const TempDir dir;
  write_csv_set(dir);
  EXPECT_EQ(csv_shape(dir.path(), targets({"price", "width"})), (DatasetShape{2, 2, Task::Regression}));
  const auto [train, test, validation] = load_csv(dir.path(), targets({"price", "width"}));
  EXPECT_THAT(train.numbers, ElementsAre(2, 3, 0, 7));
  EXPECT_THAT(train.targets, ElementsAre(4.5F, 1, 8, 5));
  EXPECT_THAT(test.targets, ElementsAre(12, 9));
  EXPECT_THAT(train.output_names, ElementsAre("price", "width"));
  EXPECT_EQ(test.output_names, train.output_names);
}

TEST(Csv, AutoencodersSeeAllColumnsButTheNamed) {
  const TempDir dir;
  write_csv_set(dir);
  DatasetOptions options{.task = Task::Autoencoder};
  EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{4, 4, Task::Autoencoder}));
  options.targets = {"kind"};
  EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{3, 3, Task::Autoencoder}));
  EXPECT_THAT(load_csv(dir.path(), options).test.numbers, ElementsAre(9, 11, 12));
}

TEST(Csv, SaysWhichFileIsWrong) {
  struct Case {
    std::string file;
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"train.csv", "width,kind,height,price\n", "holds no line below its header, expected samples"},
      {"train.csv", "width,kind,height,price\n1,2.5,3,4\n",
       "line 2: the class is 2.5, expected a whole number for classification"},
      {"test.csv", "width,kind,height,price\n1,2,3,4\n1,3,3,4\n",
       "line 3: the class is 3, expected 0 to 2, the classes of TRAIN"},
      {"test.csv", "width,kind,price\n1,2,3\n", "has 3 columns, expected the 4 of TRAIN"},
      {"test.csv", "width,kind,price,height\n1,2,3,4\n", "column 3 is 'price', expected 'height' as in TRAIN"},
      {"test.csv", "width,kind,height,price\n1,2,x,4\n", "line 2, column height: found 'x', expected a number"},
  };
  for (const Case& c : cases) {
    const TempDir dir;
    write_csv_set(dir);
    const std::string path = dir.write(c.file, c.text).string();
    std::string message = path + ": " + c.message;
    if (const auto at = message.find("TRAIN"); at != std::string::npos) {
      message.replace(at, 5, (dir.path() / "train.csv").string());
    }
    const DatasetOptions options{.task = Task::Classification, .targets = {"kind"}};
    EXPECT_THAT([&] { load_csv(dir.path(), options); }, ThrowsMessage<Error>(message));
  }
  const TempDir empty;
  EXPECT_THAT([&] { load_csv(empty.path(), targets({"kind"})); },
              ThrowsMessage<Error>(empty.path().string() + ": holds no train.csv, expected train.csv and test.csv"));
}

TEST(Csv, SaysWhichTargetsItHasNot) {
  struct Case {
    std::vector<std::string> names;
    std::string message;
  };
  const TempDir dir;
  write_csv_set(dir);
  const std::vector<Case> cases = {
      {{}, "no column is named as the target, expected some of width, kind, height, price"},
      {{"kind", "Price"}, "has no column 'Price' for a target, expected some of width, kind, height, price"},
      {{"kind", "kind"}, "the column 'kind' is named twice as a target, expected once"},
      {{"kind", "width", "height", "price"}, "all 4 columns are targets, expected others as inputs"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT([&] { csv_shape(dir.path(), targets(c.names)); },
                ThrowsMessage<UsageError>((dir.path() / "train.csv").string() + ": " + c.message));
  }
  std::string header = "c0";
  for (int i = 1; i < 20; ++i) header += ",c" + std::to_string(i);
  const std::string wide = dir.write("train.csv", header + "\n").string();
  EXPECT_THAT([&] { csv_shape(dir.path(), targets({"x"})); },
              ThrowsMessage<UsageError>(wide + ": has no column 'x' for a target, expected some of c0, c1, c2, c3, c4, "
                                               "c5, c6, c7, c8, c9, c10, c11 and 8 more"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
