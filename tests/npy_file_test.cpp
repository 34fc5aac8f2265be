#include "framework/data/npy_file.h"

#include <cmath>
#include <limits>
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
using testing::ThrowsMessage;

TEST(NpyFile, ReadsEveryType) {
  struct Case {
    std::string descr;
    std::string name;
    bool integers;
    std::string bytes;
    std::vector<real> values;
  };
  const std::vector<Case> cases = {
      {"<f4", "float32", false, bytes_of<float>({-1.5F, 0, 3e38F}), {-1.5F, 0, 3e38F}},
      {"<f8", "float64", false, bytes_of<double>({0.1, -1e-300, 1e38}), {real(0.1), real(-1e-300), real(1e38)}},
      {"|u1", "uint8", true, bytes_of<std::uint8_t>({0, 7, 255}), {0, 7, 255}},
      {"|i1", "int8", true, bytes_of<std::int8_t>({-128, 7, 127}), {-128, 7, 127}},
      {"<u2", "uint16", true, bytes_of<std::uint16_t>({0, 256, 65535}), {0, 256, 65535}},
      {"<i2", "int16", true, bytes_of<std::int16_t>({-32768, 1, 2}), {-32768, 1, 2}},
      {"<u4", "uint32", true, bytes_of<std::uint32_t>({1U << 31U, 1, 2}), {2147483648.0F, 1, 2}},
      {"<i4", "int32", true, bytes_of<std::int32_t>({-65536, 1, 2}), {-65536, 1, 2}},
      {"<u8", "uint64", true, bytes_of<std::uint64_t>({1ULL << 40U, 1, 2}), {1099511627776.0F, 1, 2}},
      {"<i8", "int64", true, bytes_of<std::int64_t>({-(1LL << 40), 1, 2}), {-1099511627776.0F, 1, 2}},
      {"|b1", "bool", true, bytes_of<std::uint8_t>({0, 1, 1}), {0, 1, 1}},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    NpyFile file(dir.write("a.npy", npy_file({.descr = c.descr}, c.bytes)));
    EXPECT_EQ(file.type(), c.name);
    EXPECT_EQ(file.integers(), c.integers) << c.name;
    EXPECT_THAT(file.shape(), ElementsAre(3));
    EXPECT_EQ(file.read_numbers(), c.values) << c.name;
  }
  NpyFile bytes(dir.write("a.npy", npy_file({.descr = "|u1"}, "\1\2\3")));
  EXPECT_THAT(bytes.read_bytes(), ElementsAre(1, 2, 3));
}

TEST(NpyFile, ReadsEveryShapeAndVersion) {
  struct Case {
    std::string text;
    std::vector<int> shape;
    std::string message;
  };
  const TempDir dir;
  for (const int version : {1, 2, 3}) {
    for (const Case& c :
         std::vector<Case>{{"(6,)", {6}, "[6]"}, {"(2, 3)", {2, 3}, "[2, 3]"}, {"(1, 2, 3)", {1, 2, 3}, "[1, 2, 3]"}}) {
      NpyFile file(
          dir.write("a.npy", npy_file({.shape = c.text, .version = version}, bytes_of<float>({1, 2, 3, 4, 5, 6}))));
      EXPECT_EQ(file.shape(), c.shape);
      EXPECT_EQ(file.shape_text(), c.message);
      EXPECT_THAT(file.read_numbers(), ElementsAre(1, 2, 3, 4, 5, 6));
    }
  }
}

TEST(NpyFile, ReadsMoreThanAChunk) {
  std::vector<double> values(100'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const TempDir dir;
  NpyFile file(dir.write("a.npy", npy_file({.descr = "<f8", .shape = "(1000, 100)"}, bytes_of(values))));
  const std::vector<real> found = file.read_numbers();
  ASSERT_EQ(found.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(found[i], values[i]);
}

TEST(NpyFile, SaysWhatItCannotUse) {
  struct Case {
    std::string contents;
    std::string message;
  };
  const std::string three = bytes_of<float>({1, 2, 3});
  const std::string types = ", expected little-endian float32 or float64 (<f4, <f8), integers or bool";
  const std::vector<Case> cases = {
      {"", "does not start with \\x93NUMPY, expected a file of NumPy's save()"},
      {"PK\3\4 an .npz", "does not start with \\x93NUMPY, expected a file of NumPy's save()"},
      {npy_file({.version = 4}, three), "is of version 4 of the format, expected 1 to 3"},
      {npy_file({}, three).substr(0, 40), "ends in its header, or cannot be read on"},
      {npy_file({.descr = ">f4"}, three), "holds values of type >f4" + types},
      {npy_file({.descr = "<f2"}, three), "holds values of type <f2" + types},
      {npy_file({.descr = "<c8"}, three), "holds values of type <c8" + types},
      {npy_file({.descr = "<U3"}, three), "holds values of type <U3" + types},
      {npy_file({.descr = "|O"}, three), "holds values of type |O" + types},
      {npy_file({.shape = "(3, 1)", .fortran_order = "True"}, three),
       "is in Fortran order, expected C order (numpy.ascontiguousarray)"},
      {npy_file({.shape = "()"}, three), "has the shape (), expected extents from 1 to 2147483647"},
      {npy_file({.shape = "(0, 5)"}, ""), "has the shape (0, 5), expected extents from 1 to 2147483647"},
      {npy_file({.shape = "(3000000000,)"}, three),
       "has the shape (3000000000,), expected extents from 1 to 2147483647"},
      {npy_file({.shape = "(2000000000, 2000000000, 2000000000)"}, three),
       "has the shape [2000000000, 2000000000, 2000000000], expected one that memory can hold"},
      {npy_file({.shape = "(4,)"}, three), "holds 12 bytes of values, expected 16, as its header says [4] of float32"},
      {npy_file({.shape = "(2,)"}, three), "holds 12 bytes of values, expected 8, as its header says [2] of float32"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    const std::filesystem::path path = dir.write("a.npy", c.contents);
    EXPECT_THAT([&] { NpyFile{path}; }, ThrowsMessage<Error>(path.string() + ": " + c.message));
  }
  std::string records = npy_file({}, three);
  records.replace(records.find("'<f4'"), 5, "[('a'");
  const std::filesystem::path path = dir.write("a.npy", records);
  EXPECT_THAT([&] { NpyFile{path}; },
              ThrowsMessage<Error>(path.string() + ": holds values of type that are records" + types));
  EXPECT_THAT([&] { NpyFile{dir.path() / "b.npy"}; },
              ThrowsMessage<Error>((dir.path() / "b.npy").string() + ": cannot open: No such file or directory"));
  EXPECT_THAT([&] { NpyFile{dir.path()}; },
              ThrowsMessage<Error>(dir.path().string() + ": cannot open: Is a directory"));
}

TEST(NpyFile, RefusesNumbersThatAreNotFinite) {
  struct Case {
    double value;
    std::string message;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const double largest = std::numeric_limits<real>::max();
  const TempDir dir;
  for (const Case& c : {Case{std::nan(""), "found nan, expected a finite number"},
                        {infinity, "found inf, expected a finite number"},
                        {-infinity, "found -inf, expected a finite number"},
                        {4 * largest, fmt::format("found {}, expected a finite number{}", 4 * largest,
                                                  std::isfinite(4 * largest) ? " that float can hold" : "")}}) {
    NpyFile file(
        dir.write("a.npy", npy_file({.descr = "<f8", .shape = "(2, 3)"}, bytes_of<double>({1, 2, 3, 4, c.value, 6}))));
    EXPECT_THAT([&] { (void)file.read_numbers(); },
                ThrowsMessage<Error>(file.path() + ": row 1, column 1 (counted from 0): " + c.message));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
