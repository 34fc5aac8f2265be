#include "framework/data/printable.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

TEST(Printable, KeepsTextAndEscapesTheRest) {
  struct Case {
    std::string text;
    std::string expected;
  };
  for (const Case& c : std::vector<Case>{
           {"", ""},
           {"a 'b' \\ \"c\"", "a 'b' \\ \"c\""},
           {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
           {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
           {std::string("a\0b", 3), "a\\x00b"},
           {"\x1B[31m\x7F", "\\x1b[31m\\x7f"},
           {"\xC2\x85|\xE2\x80\xA8", "\\xc2\\x85|\\xe2\\x80\\xa8"},  // a control character, a line separator
           {"caf\xE9", "caf\\xe9"},                                  // Latin-1
           {"\xC3", "\\xc3"},                                        // without its second byte
           {"\xC3(", "\\xc3("},
           {"\xE2\x82", "\\xe2\\x82"},
           {"\xC0\xAF", "\\xc0\\xaf"},                    // "/" in two bytes
           {"\xE0\x80\xAF", "\\xe0\\x80\\xaf"},           // "/" in three
           {"\xED\xA0\x80", "\\xed\\xa0\\x80"},           // a surrogate
           {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above the last character
           {"\xFF\x80", "\\xff\\x80"},
       }) {
    EXPECT_EQ(printable(c.text), c.expected);
  }
}

TEST(Printable, ShortensWhatIsLong) {
  std::string sixty;
  for (int i = 0; i < 60; ++i) sixty += "\xC3\xA9";
  EXPECT_EQ(printable(sixty), sixty);
  EXPECT_EQ(printable(sixty + "a"), sixty + "...");
  std::string escaped;
  for (int i = 0; i < 60; ++i) escaped += "\\x00";
  EXPECT_EQ(printable(std::string(1000, '\0')), escaped + "...");
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
