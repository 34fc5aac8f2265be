#include "framework/data/cifar10.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

/// A label and 1,024 pixels each of red, green and blue.
std::string record(char label, char red, char green, char blue) {
  return std::string(1, label) + std::string(1024, red) + std::string(1024, green) + std::string(1024, blue);
}

/// One record a file, labelled with its batch, but two in the third.
void write_good_files(const TempDir& dir, const std::string& folder) {
  for (char batch = 1; batch <= 5; ++batch) {
    dir.write(folder + "data_batch_" + std::to_string(batch) + ".bin",
              record(batch, 'r', 'g', 'b') + (batch == 3 ? record(9, '\xff', '\0', '\x80') : ""));
  }
  dir.write(folder + "test_batch.bin", record(0, 1, 2, 3));
}

TEST(LoadCifar10, ReadsTheFolderOrTheOneInside) {
  for (const char* folder : {"", "cifar-10-batches-bin/"}) {
    const TempDir dir;
    write_good_files(dir, folder);
    const auto [train, test, validation] = load_cifar10(dir.path());
    EXPECT_EQ(train.name, "cifar-10 train");
    EXPECT_EQ(train.size(), 6);
    EXPECT_EQ(train.features, 3072);
    EXPECT_EQ(train.channels, 3);
    EXPECT_EQ(train.classes, 10);
    EXPECT_EQ(cifar10_shape(dir.path()), (DatasetShape{3072, 10}));
    EXPECT_THAT(train.labels, ElementsAre(1, 2, 3, 9, 4, 5));
    EXPECT_THAT(train.sample(3).first(1024), Each(255));
    EXPECT_THAT(train.sample(3).subspan(1024, 1024), Each(0));
    EXPECT_THAT(train.sample(3).last(1024), Each(128));
    EXPECT_THAT(train.sample(5).first(1024), Each('r'));
    EXPECT_EQ(test.name, "cifar-10 test");
    EXPECT_THAT(test.labels, ElementsAre(0));
    EXPECT_THAT(test.values.front(), 1);
  }
}

TEST(LoadCifar10, NamesTheFolderThatHoldsNoData) {
  const TempDir dir;
  EXPECT_THAT(
      [&] { load_cifar10(dir.path()); },
      ThrowsMessage<Error>(
          AllOf(StartsWith(dir.path().string() + ": holds data_batch_1.bin neither itself nor in cifar-10-batches-bin"),
                HasSubstr("cifar-10-binary.tar.gz"))));
}

TEST(LoadCifar10, RejectsMissingAndDamagedFiles) {
  struct Case {
    std::string file;
    std::string contents;
    std::string message;
  };
  const std::string good = record(1, 'r', 'g', 'b');
  const std::vector<Case> cases = {
      {"data_batch_2.bin", "", "holds 0 bytes, expected a positive multiple of 3,073"},
      {"data_batch_4.bin", good + "x", "holds 3,074 bytes, expected a positive multiple of 3,073"},
      {"test_batch.bin", good.substr(1), "holds 3,072 bytes, expected a positive multiple of 3,073"},
      {"test_batch.bin", good + record(10, 'r', 'g', 'b'),
       "the label of record 1 (counted from 0) is 10, expected 0 to 9"},
      {"data_batch_1.bin", record('\xff', 'r', 'g', 'b'),
       "the label of record 0 (counted from 0) is 255, expected 0 to 9"},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    write_good_files(dir, "");
    const auto path = dir.write(one.file, one.contents);
    EXPECT_THAT([&] { load_cifar10(dir.path()); },
                ThrowsMessage<Error>(AllOf(StartsWith(path.string() + ": "), HasSubstr(one.message))));
  }

  for (const char* missing : {"data_batch_5.bin", "test_batch.bin"}) {
    const TempDir dir;
    write_good_files(dir, "");
    std::filesystem::remove(dir.path() / missing);
    EXPECT_THAT([&] { load_cifar10(dir.path()); },
                ThrowsMessage<Error>((dir.path() / missing).string() + ": cannot open: No such file or directory"));
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
