#include "framework/data/csv_file.h"

#include <algorithm>
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

TEST(CsvFile, TakesLineEndsInQuotes) {
  const TempDir dir;
  CsvFile file(dir.write("a.csv", "\"a\nb\",c\r\n1,\"x\r\n\r\ny, \"\"z\"\"\"\"\"\"\"\n5,6\" pipe\n\"\",\" \"\"\"\n"));
  EXPECT_THAT(file.columns(), ElementsAre("a\nb", "c"));
  EXPECT_EQ(file.line(), 1);
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 3);
  EXPECT_EQ(file.text(0), "1");
  EXPECT_EQ(file.text(1), "x\n\ny, \"z\"\"\"");
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 6);
  EXPECT_EQ(file.text(1), "6\" pipe");
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 7);
  EXPECT_EQ(file.text(0), "");
  EXPECT_EQ(file.text(1), "\"");
  EXPECT_FALSE(file.next());
}

TEST(CsvFile, TakesOtherSeparators) {
  const TempDir dir;
  for (const char separator : {';', '\t', '|'}) {
    std::string text = "a;\"b;c\"\n 1 ;2\n\"3\" ; 4\n\n";
    std::ranges::replace(text, ';', separator);
    CsvFile file(dir.write("a.csv", text), separator);
    EXPECT_THAT(file.columns(), ElementsAre("a", std::string("b") + separator + "c"));
    EXPECT_EQ(rows_of(file), (Rows{{1, 2}, {3, 4}}));
  }
  CsvFile tabs(dir.write("a.csv", "a\tb\n\t\n"), '\t');
  ASSERT_TRUE(tabs.next()) << "two empty cells are no empty line";
  EXPECT_TRUE(tabs.is_missing(0));
  EXPECT_TRUE(tabs.is_missing(1));
  CsvFile comma(dir.write("a.csv", "a;b\n3,14;2\n"), ';');
  ASSERT_TRUE(comma.next());
  EXPECT_THAT([&] { (void)comma.number(0); },
              ThrowsMessage<Error>(comma.path() + ": line 2, column a: found '3,14', expected a number with a decimal "
                                                  "point; decimal commas are not read"));
}

TEST(CsvFile, KnowsMissingValues) {
  const TempDir dir;
  CsvFile missing(dir.write("a.csv", "a,b,c,d,e,f,g\n,NA,n/a,NaN,\"nan\",NULL,?\n"));
  ASSERT_TRUE(missing.next());
  for (std::size_t column = 0; column < 7; ++column) {
    EXPECT_TRUE(missing.is_missing(column)) << column;
    EXPECT_FALSE(missing.is_number(column)) << column;
  }
  CsvFile present(dir.write("a.csv", "a,b,c,d,e,f,g\n0,none,naan,-,\"\"\"\",n,inf\n"));
  ASSERT_TRUE(present.next());
  for (std::size_t column = 0; column < 7; ++column) EXPECT_FALSE(present.is_missing(column)) << column;
  EXPECT_TRUE(present.is_number(0));
  EXPECT_FALSE(present.is_number(1));
  EXPECT_TRUE(present.is_number(6));
}

TEST(CsvFile, SaysWhatIsWrongWithAHeader) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::string names = ", expected the names of the columns; write a first line that names them";
  const std::vector<Case> cases = {
      {"", "has no first line, expected the names of its columns"},
      {"\n1,2\n", "has no first line, expected the names of its columns"},
      {"a,,c\n", "line 1: column 2 has no name, expected one"},
      {",a,b\n0,1,2\n",
       "line 1: column 1 has no name, like the index that pandas writes; write the file with index=False, or give the "
       "column a name"},
      {"5.1,3.5,0\n4.9,3,1\n", "line 1: found the numbers 5.1, 3.5, 0" + names},
      {"5.1,,NA\n4.9,3,1\n", "line 1: found the numbers 5.1, , NA" + names},
      {"1,1,1,1,1,1,1,1,1,1,1,1,1,1\n",
       "line 1: found the numbers 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 and 2 more" + names},
      {"\"3,14\",2\n", "line 1: found the numbers \"3,14\", 2" + names},
      {"5.1,0.2,0.2,setosa\n",
       "line 1: two columns have the name '0.2', expected different ones; line 1 must hold the names of the columns"},
      {"a;b;c\n1;2;3\n",
       "line 1: found one column, 'a;b;c', expected ',' between columns; --separator semicolon reads it"},
      {"a\tb\n1\t2\n", "line 1: found one column, 'a\\tb', expected ',' between columns; --separator tab reads it"},
      {"a|b;c|d\n1|2|3\n",
       "line 1: found one column, 'a|b;c|d', expected ',' between columns; --separator '|' reads it"},
      {"3;4\n1;2\n", "line 1: found one column, '3;4', expected ',' between columns; --separator semicolon reads it"},
      {"\xFF\xFE"
       "a,b\n",
       "looks like UTF-16, expected UTF-8: save it as UTF-8"},
      {"\xFE\xFF"
       "a,b\n",
       "looks like UTF-16, expected UTF-8: save it as UTF-8"},
      {std::string("a\0,\0b\0\n\0", 8), "looks like UTF-16, expected UTF-8: save it as UTF-8"},
      {"a\x07,\"b\nc\",a\x07\n", "line 1: two columns have the name 'a\\x07', expected different ones"},
      {"a,b, a\n", "line 1: two columns have the name 'a', expected different ones"},
      {"a,\"b\nc\n", "line 1: cell 2 has a quote without an end, expected one"},
      {"a,\"b\"c\n1,2\n", "line 1: cell 2 goes on after its closing quote, expected \"\" for a quote in it"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    const std::filesystem::path path = dir.write("a.csv", c.text);
    EXPECT_THAT([&] { CsvFile{path}; }, ThrowsMessage<Error>(path.string() + ": " + c.message)) << c.text;
  }
  const std::filesystem::path missing = dir.path() / "b.csv";
  EXPECT_THAT([&] { CsvFile{missing}; },
              ThrowsMessage<Error>(missing.string() + ": cannot open: No such file or directory"));
  EXPECT_THAT([&] { CsvFile{dir.path()}; },
              ThrowsMessage<Error>(dir.path().string() + ": cannot open: Is a directory"));
}

TEST(CsvFile, TakesUnusualHeaders) {
  const TempDir dir;
  // One column whose name holds a semicolon, above numbers without one.
  EXPECT_THAT(CsvFile(dir.write("a.csv", "a;b\n1\n2\n")).columns(), ElementsAre("a;b"));
  EXPECT_THAT(CsvFile(dir.write("a.csv", "2019,2020,sum\n1,2,3\n")).columns(), ElementsAre("2019", "2020", "sum"));
  EXPECT_THAT(CsvFile(dir.write("a.csv", "a;b,c\n1,2\n")).columns(), ElementsAre("a;b", "c"));
  CsvFile one(dir.write("a.csv", "a;b\n1\n2"));
  EXPECT_EQ(rows_of(one), (Rows{{1}, {2}})) << "the look at the second line moves nothing";
  CsvFile commas(dir.write("a.csv", "a|b\n1|2"), '|');
  EXPECT_EQ(rows_of(commas), (Rows{{1, 2}}));
  EXPECT_THAT([&] { CsvFile(dir.write("a.csv", "a,b\n1,2\n"), ';'); },
              ThrowsMessage<Error>(testing::EndsWith(
                  "found one column, 'a,b', expected ';' between columns; --separator comma reads it")));
}

TEST(CsvFile, SaysWhatIsWrongWithALine) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::string missing =
      "; --missing drop leaves out rows with missing values, --missing mean takes means of columns";
  const std::vector<Case> cases = {
      {"a,b\n1,2\n3\n", "line 3: holds 1 values, expected 2, one for each column"},
      {"a,b\n1,2,3\n", "line 2: holds 3 values, expected 2, one for each column"},
      {"a,b\n1,2,\n", "line 2: holds 3 values, expected 2, one for each column"},
      {"a,b\n1,2\n\n\n3,4\n", "line 3: is empty, expected 2 values"},
      {"a,b\n1,two\n", "line 2, column b: found 'two', expected a number"},
      {"a,b\n1,2 3\n", "line 2, column b: found '2 3', expected a number"},
      {"a,b\n1,\n", "line 2, column b: found an empty cell, expected a value" + missing},
      {"a,b\nN/A,2\n", "line 2, column a: found 'N/A', expected a value" + missing},
      {"a,b\n1,0x10\n", "line 2, column b: found '0x10', expected a number"},
      {"a,b\n1,+-2\n", "line 2, column b: found '+-2', expected a number"},
      {"a,b\n1,2;5\n", "line 2, column b: found '2;5', expected a number"},
      {"a,b\nnan,2\n", "line 2, column a: found 'nan', expected a value" + missing},
      {"a,b\n-nan,2\n", "line 2, column a: found '-nan', expected a finite number that double can hold"},
      {"a,b\n1,-inf\n", "line 2, column b: found '-inf', expected a finite number that double can hold"},
      {"a,b\n1,1e309\n", "line 2, column b: found '1e309', expected a finite number that double can hold"},
      {"a,b\n1,1e999\n", "line 2, column b: found '1e999', expected a finite number that double can hold"},
      {"a,b\n1,\"2\n3,4\n", "line 2: cell 2 has a quote without an end, expected one"},
      {"a,b\n1,\"3,14\"\n",
       "line 2, column b: found '3,14', expected a number with a decimal point; decimal commas are not read"},
      {"a,b\n1,\"-1.234,5\"\n",
       "line 2, column b: found '-1.234,5', expected a number with a decimal point; decimal commas are not read"},
      {"a,b\n1,\"2,x\"\n", "line 2, column b: found '2,x', expected a number"},
      {"a,b\n1,\"2\n\"\"3\"\n", "line 2, column b: found '2\\n\"3', expected a number"},
      {"a,b\n\"1\n\",2\n3,x\n", "line 2, column a: found '1\\n', expected a number"},
      {std::string("a,b\n1,2\0003\xE9\x1B\n", 12), "line 2, column b: found '2\\x003\\xe9\\x1b', expected a number"},
      {"a,b\n1," + std::string(1000, 'x') + "\n",
       "line 2, column b: found '" + std::string(60, 'x') + "...', expected a number"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    CsvFile file(dir.write("a.csv", c.text));
    EXPECT_THAT([&] { rows_of(file); }, ThrowsMessage<Error>(file.path() + ": " + c.message)) << c.text;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
