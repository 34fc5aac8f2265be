#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/csv.h"
#include "framework/data/missing.h"
#include "framework/error.h"
#include "tests/support/temp_dir.h"

/// Missing values in CSV files.

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr const char* kHelp =
    ", expected a value; --missing drop leaves out rows with missing values, --missing mean takes means of columns";

void write_holes(const TempDir& dir) {
  dir.write("train.csv", "a,b,y\n1,NA,0.5\n,3,1.5\n4,5,?\n7,8,2.5\n10,4,3.5\n");
  dir.write("test.csv", "a,b,y\nnan,1,1\n2,2,null\n3,N/A,3\n4,5,6\n");
}

DatasetOptions with_missing(Missing missing) { return {.targets = {"y"}, .missing = missing}; }

TEST(CsvMissing, IsRefused) {
  const TempDir dir;
  write_holes(dir);
  const std::string train = (dir.path() / "train.csv").string();
  EXPECT_THAT([&] { csv_shape(dir.path(), with_missing(Missing::Refuse)); },
              ThrowsMessage<Error>(train + ": line 2, column b: found 'NA'" + kHelp));
  dir.write("train.csv", "a,b,y\n1,2,3\n1,2,\n");
  EXPECT_THAT([&] { load_csv(dir.path(), with_missing(Missing::Refuse)); },
              ThrowsMessage<Error>(train + ": line 3, column y: found an empty cell" + kHelp));
}

TEST(CsvMissing, DropsRows) {
  const TempDir dir;
  write_holes(dir);
  const DatasetOptions options = with_missing(Missing::Drop);
  EXPECT_EQ(csv_shape(dir.path(), options), (DatasetShape{2, 1, Task::Regression}));
  const auto [train, test, validation] = load_csv(dir.path(), options);
  EXPECT_THAT(train.numbers, ElementsAre(7, 8, 10, 4));
  EXPECT_THAT(train.targets, ElementsAre(2.5F, 3.5F));
  EXPECT_EQ(train.dropped, 3);
  EXPECT_THAT(test.numbers, ElementsAre(4, 5));
  EXPECT_EQ(test.dropped, 3);
}

TEST(CsvMissing, TakesMeansOfTheTrainingSet) {
  const TempDir dir;
  write_holes(dir);
  const auto [train, test, validation] = load_csv(dir.path(), with_missing(Missing::Mean));
  // Without the row that has no target, the means are (1 + 7 + 10) / 3 and (3 + 8 + 4) / 3.
  EXPECT_THAT(train.numbers, ElementsAre(1, 5, 6, 3, 7, 8, 10, 4));
  EXPECT_THAT(train.targets, ElementsAre(0.5F, 1.5F, 2.5F, 3.5F));
  EXPECT_EQ(train.dropped, 1);
  EXPECT_THAT(test.numbers, ElementsAre(6, 1, 3, 5, 4, 5));
  EXPECT_EQ(test.dropped, 1);
}

TEST(CsvMissing, LeavesClassesAlone) {
  const TempDir dir;
  dir.write("train.csv", "a,kind\n1,x\n2,NA\n,z\n3,y\n");
  dir.write("test.csv", "a,kind\n,y\n1,x\n");
  const auto dropped = load_csv(dir.path(), {.targets = {"kind"}, .missing = Missing::Drop});
  EXPECT_THAT(dropped.train.output_names, ElementsAre("x", "y")) << "z is only in a row that is left out";
  EXPECT_THAT(dropped.train.labels, ElementsAre(0, 1));
  EXPECT_THAT(dropped.test.labels, ElementsAre(0));
  const auto filled = load_csv(dir.path(), {.targets = {"kind"}, .missing = Missing::Mean});
  EXPECT_THAT(filled.train.output_names, ElementsAre("x", "y", "z"));
  EXPECT_THAT(filled.train.numbers, ElementsAre(1, 2, 3));
  EXPECT_THAT(filled.test.numbers, ElementsAre(2, 1));

  // Lines in messages count the rows that are left out.
  dir.write("train.csv", "a,kind\n1,0\n2,1\n");
  const std::string test = dir.write("test.csv", "a,kind\n,1\n1,0\n1,2\n").string();
  EXPECT_THAT([&] { load_csv(dir.path(), {.targets = {"kind"}, .missing = Missing::Drop}); },
              ThrowsMessage<Error>(test + ": line 4: the class is 2, expected 0 to 1, the classes of " +
                                   (dir.path() / "train.csv").string()));
}

TEST(CsvMissing, SaysWhereNothingIsLeft) {
  const TempDir dir;
  const std::string train = dir.write("train.csv", "a,b,y\n1,NA,1\n2,,2\n").string();
  dir.write("test.csv", "a,b,y\n1,2,1\n");
  EXPECT_THAT([&] { load_csv(dir.path(), with_missing(Missing::Drop)); },
              ThrowsMessage<Error>(train + ": all 2 rows are left out for missing values, expected some without"));
  EXPECT_THAT([&] { load_csv(dir.path(), with_missing(Missing::Mean)); },
              ThrowsMessage<Error>(train + ": column b: all values are missing, expected some; leave the column out of "
                                           "the files"));
}

TEST(CsvMissing, DoesNotMatterInColumnsThatAreNotRead) {
  const TempDir dir;
  dir.write("train.csv", "a,b\n1,\n2,x\n");
  dir.write("test.csv", "a,b\n1,\n");
  const auto pair = load_csv(dir.path(), {.task = Task::Autoencoder, .targets = {"b"}, .missing = Missing::Drop});
  EXPECT_THAT(pair.train.numbers, ElementsAre(1, 2));
  EXPECT_EQ(pair.train.dropped, 0);
}

TEST(CsvMissing, HasNames) {
  for (const Missing missing : {Missing::Refuse, Missing::Drop, Missing::Mean}) {
    EXPECT_EQ(missing_from_name(name(missing)), missing);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
