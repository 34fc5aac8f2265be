#include "framework/data/idx.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

constexpr const char* train_images = "train-images-idx3-ubyte";
constexpr const char* train_labels = "train-labels-idx1-ubyte";
constexpr const char* test_images = "t10k-images-idx3-ubyte";
constexpr const char* test_labels = "t10k-labels-idx1-ubyte";

/// The magic number and the extents, then the values.
std::string idx(const std::vector<std::uint32_t>& header, const std::string& values) {
  std::string bytes;
  for (const std::uint32_t number : header) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  }
  return bytes + values;
}

std::string gzipped(const TempDir& dir, const std::string& contents) {
  const auto path = dir.path() / "scratch.gz";
  const gzFile file = ::gzopen(path.c_str(), "wb");
  ::gzwrite(file, contents.data(), static_cast<unsigned>(contents.size()));
  ::gzclose(file);
  return dir.read("scratch.gz");
}

/// 3 training images and 2 test images of 1 x 2 pixels.
void write_good_files(const TempDir& dir) {
  dir.write(train_images, idx({0x803, 3, 1, 2}, "\0\1\2\3\4\xff"s));
  dir.write(train_labels, idx({0x801, 3}, "\0\5\11"s));
  dir.write(test_images, idx({0x803, 2, 1, 2}, "\6\7\10\11"s));
  dir.write(test_labels, idx({0x801, 2}, "\1\2"s));
}

TEST(LoadFashionMnist, ReadsPlainFiles) {
  const TempDir dir;
  write_good_files(dir);
  const auto [train, test, validation] = load_fashion_mnist(dir.path());
  EXPECT_EQ(train.name, "fashion-mnist train");
  EXPECT_EQ(train.size(), 3);
  EXPECT_EQ(train.features, 2);
  EXPECT_EQ(train.channels, 1);
  EXPECT_EQ(train.classes, 10);
  EXPECT_EQ(fashion_mnist_shape(dir.path()), (DatasetShape{2, 10}));
  EXPECT_THAT(train.values, ElementsAre(0, 1, 2, 3, 4, 255));
  EXPECT_THAT(train.labels, ElementsAre(0, 5, 9));
  EXPECT_EQ(test.name, "fashion-mnist test");
  EXPECT_THAT(test.values, ElementsAre(6, 7, 8, 9));
  EXPECT_THAT(test.labels, ElementsAre(1, 2));
}

TEST(LoadFashionMnist, PrefersGzippedFiles) {
  const TempDir dir;
  write_good_files(dir);
  dir.write(train_labels + ".gz"s, gzipped(dir, idx({0x801, 3}, "\1\1\1")));
  EXPECT_THAT(load_fashion_mnist(dir.path()).train.labels, ElementsAre(1, 1, 1));
}

TEST(LoadFashionMnist, ReadsFilesLongerThanItsSteps) {
  const TempDir dir;
  write_good_files(dir);
  constexpr std::uint32_t side = 1300;  // an image exceeds the 1 MiB of a step
  std::string values(2 * side * side, '\7');
  values.back() = '\x9';
  for (const char* name : {train_images, test_images}) dir.write(name, idx({0x803, 2, side, side}, values));
  dir.write(train_labels, idx({0x801, 2}, "\1\2"));
  const auto [train, test, validation] = load_fashion_mnist(dir.path());
  EXPECT_EQ(train.features, 1'690'000);
  EXPECT_EQ(std::string(test.values.begin(), test.values.end()), values);
}

TEST(LoadFashionMnist, NamesAMissingFileAndWhereToGetIt) {
  const TempDir dir;
  EXPECT_THAT([&] { load_fashion_mnist(dir.path()); },
              ThrowsMessage<Error>(AllOf(StartsWith(dir.path().string() + ": holds neither "),
                                         HasSubstr("train-images-idx3-ubyte.gz nor train-images-idx3-ubyte"),
                                         HasSubstr("apt-get install dataset-fashion-mnist"),
                                         HasSubstr("/usr/share/datasets/fashion-mnist"))));
}

TEST(LoadFashionMnist, RejectsDamagedFiles) {
  const TempDir scratch;
  const std::string images = gzipped(scratch, idx({0x803, 3, 1, 2}, "abcdef"));
  std::string wrong_crc = images;
  wrong_crc[wrong_crc.size() - 8] ^= 1;
  struct Case {
    std::string file;
    std::string contents;
    std::string message;
  };
  const std::vector<Case> cases = {
      {train_images, "", "ends 0 bytes into a part of its header that takes 4"},
      {train_images, idx({0x803, 3, 1}, ""), "ends 8 bytes into a part of its header that takes 12"},
      {train_images, idx({0x801, 3, 1, 2}, "abcdef"),
       "starts with 0x00000801, expected the magic number 0x00000803 of IDX images"},
      {train_labels, idx({0x803, 3}, "\1\2\3"),
       "starts with 0x00000803, expected the magic number 0x00000801 of IDX labels"},
      {train_images, idx({0x803, 0, 1, 2}, ""), "its header says 0 x 1 x 2, expected at least 1"},
      {train_images, idx({0x803, 3, 0, 2}, ""), "its header says 3 x 0 x 2, expected at least 1"},
      {train_images, idx({0x803, 1U << 31, 1, 2}, ""), "its header says 2,147,483,648 x 1 x 2, expected at least 1"},
      {train_images, idx({0x803, 1, 1U << 16, 1U << 16}, ""), "and at most 2,147,483,647 items and values in an item"},
      {train_images, idx({0x803, 1, 1U << 31, 1U << 31}, ""), "1 x 2,147,483,648 x 2,147,483,648, expected"},
      {train_images, idx({0x803, 2'000'000'000, 40'000, 50'000}, "abc"),
       "holds 3 bytes of values, expected 4,000,000,000,000,000,000, as its header says "
       "2,000,000,000 x 40,000 x 50,000"},
      {train_images, idx({0x803, 3, 1, 2}, "abcde"),
       "holds 5 bytes of values, expected 6, as its header says 3 x 1 x 2"},
      {train_images, idx({0x803, 3, 1, 2}, "abcdefg"), "holds more bytes of values than the expected 6"},
      {train_labels, idx({0x801, 2}, "\1\2"), ": holds 2 labels, expected 3, the number of images in "},
      {train_labels, idx({0x801, 3}, "\1\2\12"), "the label of image 2 (counted from 0) is 10, expected 0 to 9"},
      {test_images, idx({0x803, 2, 2, 1}, "abcd"), ": holds images of 2 x 1, expected 1 x 2, the size in "},
      {train_images + ".gz"s, images.substr(0, images.size() - 12), "cannot read: unexpected end of file"},
      {train_images + ".gz"s, images.substr(0, images.size() - 1), "cannot read: unexpected end of file"},
      {train_images + ".gz"s, wrong_crc, "cannot read: incorrect data check"},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    write_good_files(dir);
    const auto path = dir.write(one.file, one.contents);
    EXPECT_THAT(
        [&] { load_fashion_mnist(dir.path()); },
        ThrowsMessage<Error>(AllOf(StartsWith(path.string() + ": "), HasSubstr(one.message), Not(HasSubstr("\n")))));
  }
}

TEST(LoadFashionMnist, RejectsFilesThatCannotBeRead) {
  const TempDir dir;
  write_good_files(dir);
  const auto path = dir.path() / (train_images + ".gz"s);
  std::filesystem::create_directory(path);
  EXPECT_THAT([&] { load_fashion_mnist(dir.path()); },
              ThrowsMessage<Error>(path.string() + ": cannot read: Is a directory"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
