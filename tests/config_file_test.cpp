#include "tools/command_line/config_file.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(ConfigFile, HoldsAnyValue) {
  const TempDir dir;
  for (const std::string value :
       {"plain", "a b",         "",           " ",       " lead",    "trail ",    "#1",  "a #b",
        "a#b",   "\"quoted\"",  "\"",         "a\"b",    "\\",       "a\\",       "a=b", "= b",
        "\t",    "line\nbreak", "carriage\r", "ünïcode", "'single'", "x # \"y\"", "0.1", "true"}) {
    const auto path = dir.write("c", config_line("first", value) + "\n" + config_line("second", "2") + "\n");
    EXPECT_THAT(read_config(path), ElementsAre(Pair("first", value), Pair("second", "2"))) << value;
  }
}

TEST(ConfigFile, IsReadAsPeopleWriteIt) {
  const TempDir dir;
  const auto path = dir.write("c",
                              "\xEF\xBB\xBF# a run, saved by an editor that writes a byte order mark\r\n"
                              "\r\n"
                              "  epochs=3   # three\r\n"
                              "\tdata = /some folder/with#sign\t# a path\r\n"
                              "targets = \"a, b\"  # of a table");
  EXPECT_THAT(read_config(path),
              ElementsAre(Pair("data", "/some folder/with#sign"), Pair("epochs", "3"), Pair("targets", "a, b")));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
