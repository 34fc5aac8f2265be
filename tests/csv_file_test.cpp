#include "framework/data/csv_file.h"

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

using Rows = std::vector<std::vector<real>>;

Rows rows_of(CsvFile& file) {
  Rows rows;
  while (file.next()) {
    std::vector<real>& row = rows.emplace_back();
    for (std::size_t column = 0; column < file.columns().size(); ++column) row.push_back(file.number(column));
  }
  return rows;
}

TEST(CsvFile, ReadsHeaderAndNumbers) {
  struct Case {
    const char* what;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"plain", "a,b c\n1,-2.5\n3e2,+.5\n"},
      {"without an end", "a,b c\n1,-2.5\n3e2,+.5"},
      {"CRLF", "a,b c\r\n1,-2.5\r\n3e2,+.5\r\n"},
      {"empty lines at the end", "a,b c\n1,-2.5\n3e2,+.5\n\n  \n\r\n"},
      {"quotes", "\"a\",\"b c\"\n\"1\",\"-2.5\"\n3e2,\" +.5 \"\n"},
      {"blanks", " a , b c\n 1,\t-2.5\n3e2 , +.5 \n"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b c\n1,-2.5\n300,0.5\n"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    CsvFile file(dir.write("a.csv", c.text));
    EXPECT_THAT(file.columns(), ElementsAre("a", "b c")) << c.what;
    EXPECT_EQ(rows_of(file), (Rows{{1, -2.5F}, {300, 0.5F}})) << c.what;
  }
}

TEST(CsvFile, TakesCommasAndQuotesInNames) {
  const TempDir dir;
  CsvFile file(dir.write("a.csv", "\"length, cm\",\"the \"\"best\"\"\"\n1,2\n"));
  EXPECT_THAT(file.columns(), ElementsAre("length, cm", "the \"best\""));
  EXPECT_EQ(rows_of(file), (Rows{{1, 2}}));
}

TEST(CsvFile, KnowsLinesAndIntegers) {
  const TempDir dir;
  CsvFile file(dir.write("a.csv", "a,b,c,d\n7,-7,+7,\" 7 \"\n7.0,7e0,-,7.5\n"));
  EXPECT_EQ(file.line(), 1);
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 2);
  for (std::size_t column = 0; column < 4; ++column) EXPECT_TRUE(file.is_integer(column)) << column;
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 3);
  for (std::size_t column = 0; column < 4; ++column) EXPECT_FALSE(file.is_integer(column)) << column;
  EXPECT_EQ(file.text(1), "7e0");
  EXPECT_FALSE(file.next());
}

TEST(CsvFile, SaysWhatIsWrongWithAHeader) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "has no first line, expected the names of its columns"},
      {"\n1,2\n", "has no first line, expected the names of its columns"},
      {"a,,c\n", "line 1: column 2 has no name, expected one"},
      {"a,b, a\n", "line 1: two columns have the name 'a', expected different ones"},
      {"a,\"b\n", "line 1: has a quote without an end, expected one on that line"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    const std::filesystem::path path = dir.write("a.csv", c.text);
    EXPECT_THAT([&] { CsvFile{path}; }, ThrowsMessage<Error>(path.string() + ": " + c.message));
  }
  const std::filesystem::path missing = dir.path() / "b.csv";
  EXPECT_THAT([&] { CsvFile{missing}; },
              ThrowsMessage<Error>(missing.string() + ": cannot open: No such file or directory"));
  EXPECT_THAT([&] { CsvFile{dir.path()}; },
              ThrowsMessage<Error>(dir.path().string() + ": cannot open: Is a directory"));
}

TEST(CsvFile, SaysWhatIsWrongWithALine) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"a,b\n1,2\n3\n", "line 3: holds 1 values, expected 2, one for each column"},
      {"a,b\n1,2,3\n", "line 2: holds 3 values, expected 2, one for each column"},
      {"a,b\n1,2,\n", "line 2: holds 3 values, expected 2, one for each column"},
      {"a,b\n1,2\n\n\n3,4\n", "line 3: is empty, expected 2 values"},
      {"a,b\n1,two\n", "line 2, column b: found 'two', expected a number"},
      {"a,b\n1,2 3\n", "line 2, column b: found '2 3', expected a number"},
      {"a,b\n1,\n", "line 2, column b: found '', expected a number"},
      {"a,b\n1,0x10\n", "line 2, column b: found '0x10', expected a number"},
      {"a,b\n1,+-2\n", "line 2, column b: found '+-2', expected a number"},
      {"a,b\n1,2;5\n", "line 2, column b: found '2;5', expected a number"},
      {"a,b\nnan,2\n", "line 2, column a: found 'nan', expected a finite number that double can hold"},
      {"a,b\n1,-inf\n", "line 2, column b: found '-inf', expected a finite number that double can hold"},
      {"a,b\n1,1e309\n", "line 2, column b: found '1e309', expected a finite number that double can hold"},
      {"a,b\n1,1e999\n", "line 2, column b: found '1e999', expected a finite number that double can hold"},
      {"a,b\n1,\"2\n", "line 2: has a quote without an end, expected one on that line"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    CsvFile file(dir.write("a.csv", c.text));
    EXPECT_THAT([&] { rows_of(file); }, ThrowsMessage<Error>(file.path() + ": " + c.message)) << c.text;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
