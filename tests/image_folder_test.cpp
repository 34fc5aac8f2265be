#include "framework/data/image_folder.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/data/resize.h"
#include "framework/error.h"
#include "framework/threads.h"
#include "tests/support/images.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

/// An image whose bytes are all `level`.
std::string level(int level, int width = 2, int height = 2) {
  return encode_png(
      {width, height, Bytes(static_cast<std::size_t>(3 * width * height), static_cast<std::uint8_t>(level))});
}

/// Classes a and b, one image each in both parts.
void write_images(const TempDir& dir, const std::string& test = "val") {
  dir.write("train/a/1.png", level(1));
  dir.write("train/b/1.png", level(2));
  dir.write(test + "/a/1.png", level(3));
  dir.write(test + "/b/1.png", level(4));
}

/// The first value of every sample.
Bytes first_values(const Dataset& data) {
  Bytes values;
  for (int i = 0; i < data.size(); ++i) values.push_back(data.sample(i).front());
  return values;
}

TEST(LoadImageFolder, TakesLabelsAndOrderFromNames) {
  const TempDir dir;
  // By bytes: capitals come first, and "b" before "b-" although '-' is smaller than '/'.
  dir.write("train/b/2.png", level(32));
  dir.write("train/b/10.JPG", level(31));
  dir.write("train/b-/x.png", level(40));
  dir.write("train/a/z.Png", level(22));
  dir.write("train/a/Z.jpeg", level(21));
  dir.write("train/B/x.JPEG", level(10));
  for (const char* name : {"B", "a", "b", "b-"}) dir.write("val/" + std::string(name) + "/x.jpg", level(7));
  const auto [train, test, validation] = load_image_folder(dir.path());
  EXPECT_EQ(train.name, "image-folder train");
  EXPECT_EQ(train.features, 12);
  EXPECT_EQ(train.channels, 3);
  EXPECT_EQ(train.classes, 4);
  EXPECT_THAT(train.labels, ElementsAre(0, 1, 1, 2, 2, 3));
  EXPECT_THAT(train.output_names, ElementsAre("B", "a", "b", "b-"));
  EXPECT_THAT(first_values(train), ElementsAre(10, 21, 22, 31, 32, 40));
  EXPECT_EQ(test.name, "image-folder val");
  EXPECT_EQ(test.features, 12);
  EXPECT_EQ(test.classes, 4);
  EXPECT_THAT(test.labels, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(test.values, Each(7));
  EXPECT_EQ(image_folder_shape(dir.path()), (DatasetShape{12, 4}));
}

TEST(LoadImageFolder, ValidatesWithValWhereThereIsATestFolderToo) {
  const TempDir dir;
  write_images(dir, "val");
  write_images(dir, "test");
  dir.write("test/a/2.png", level(9));
  const DatasetPair pair = load_image_folder(dir.path());
  EXPECT_THAT(first_values(pair.test), ElementsAre(3, 9, 4));
  EXPECT_THAT(first_values(pair.validation), ElementsAre(3, 4));
  EXPECT_EQ(pair.validation.name, "image-folder val");
  EXPECT_EQ(pair.validation.classes, 2);
}

TEST(LoadImageFolder, PutsChannelsApart) {
  const TempDir dir;
  write_images(dir, "test");
  const Image image = noise_image(5, 3);
  for (const char* name : {"train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"}) {
    dir.write(name, encode_png(image));
  }
  const auto [train, test, validation] = load_image_folder(dir.path());
  Bytes planar(45);
  write_planar(image, planar);
  EXPECT_THAT(train.sample(1), testing::ElementsAreArray(planar));
  EXPECT_EQ(test.name, "image-folder test");
  EXPECT_EQ(image_folder_shape(dir.path()), (DatasetShape{45, 2}));
}

TEST(LoadImageFolder, BringsAllToTheImageSize) {
  const TempDir dir;
  write_images(dir);
  const Image wide = noise_image(9, 4);
  dir.write("train/a/2.png", encode_png(wide));
  const DatasetOptions options{.image_size = 3};
  const auto [train, test, validation] = load_image_folder(dir.path(), options);
  Bytes expected(27);
  write_square(wide, 3, expected);
  EXPECT_THAT(train.sample(1), testing::ElementsAreArray(expected));
  EXPECT_THAT(first_values(train), ElementsAre(1, expected[0], 2));
  EXPECT_THAT(test.sample(1), Each(4));
  EXPECT_EQ(image_folder_shape(dir.path(), options), (DatasetShape{27, 2}));
  for (const int size : {-1, DatasetOptions::largest_image_size + 1}) {
    EXPECT_THAT([&] { load_image_folder(dir.path(), {.image_size = size}); },
                ThrowsMessage<UsageError>("image size " + std::to_string(size) +
                                          ": expected 1 to 16,384, or 0 for that of the images"));
  }
}

TEST(LoadImageFolder, NamesBothSizesWhereTheyDiffer) {
  for (const std::string path : {"train/b/1.png", "val/a/1.png"}) {
    const TempDir dir;
    write_images(dir);
    dir.write(path, level(0, 3, 2));
    // Not broken, so not skipped either.
    for (const bool skip : {false, true}) {
      EXPECT_THAT(
          [&] { load_image_folder(dir.path(), {.skip_broken = skip}); },
          ThrowsMessage<Error>((dir.path() / path).string() + ": is 3 x 2 pixels, expected 2 x 2, the size of " +
                               (dir.path() / "train/a/1.png").string() + "; --image-size N brings all to N x N"));
    }
  }
}

TEST(LoadImageFolder, IgnoresOtherFiles) {
  const TempDir dir;
  write_images(dir);
  for (const char* name : {"read me.txt", "train/list.csv", "train/x.png", "train/a/notes.txt", "train/a/1.gif",
                           "train/a/png", "train/a/._1.png", "train/.hidden/1.png", "train/a/inner.png/1.png"}) {
    dir.write(name, "not an image");
  }
  dir.write("train/a/2.WEBP", "not an image");
  dir.write("train/a/3.webp", "not an image");
  const DatasetPair data = load_image_folder(dir.path());
  EXPECT_THAT(first_values(data.train), ElementsAre(1, 2));
  EXPECT_THAT(data.train.other_files, ElementsAre(Pair("", 1), Pair(".gif", 1), Pair(".txt", 1), Pair(".webp", 2)));
  EXPECT_THAT(data.test.other_files, IsEmpty());
}

TEST(LoadImageFolder, FollowsLinks) {
  const TempDir dir;
  write_images(dir);
  const TempDir elsewhere;
  std::filesystem::create_symlink(elsewhere.write("image", level(9)), dir.path() / "train/a/2.png");
  std::filesystem::create_directory_symlink(dir.path() / "val/b", dir.path() / "val/c");
  std::filesystem::create_directory_symlink(dir.path() / "train/b", dir.path() / "train/c");
  EXPECT_THAT(first_values(load_image_folder(dir.path()).train), ElementsAre(1, 9, 2, 2));

  std::filesystem::create_symlink("nowhere", dir.path() / "train/a/3.png");
  EXPECT_THAT([&] { load_image_folder(dir.path()); }, ThrowsMessage<Error>((dir.path() / "train/a/3.png").string() +
                                                                           ": cannot open: No such file or directory"));
}

TEST(LoadImageFolder, ReportsProgressOverBothParts) {
  const TempDir dir;
  write_images(dir);
  dir.write("train/a/2.png", level(5));
  std::vector<int> reports;
  load_image_folder(dir.path(), {.on_progress = [&](int done, int all) {
                      EXPECT_EQ(all, 5);
                      reports.push_back(done);
                    }});
  EXPECT_TRUE(std::ranges::is_sorted(reports));
  EXPECT_THAT(reports, testing::IsSupersetOf({3, 5}));
}

TEST(LoadImageFolder, GivesTheSameBytesOnAnyNumberOfThreads) {
  const TempDir dir;
  write_images(dir);
  for (unsigned i = 0; i < 60; ++i) {
    const Image image = noise_image(10 + static_cast<int>(i), 12, i);
    const std::string name = std::string("train/") + (i % 2 == 0 ? "a/" : "b/") + std::to_string(i);
    dir.write(name + ".jpg", i % 7 == 0 ? "broken" : i % 3 == 0 ? encode_png(image) : encode_jpeg(image));
  }
  const DatasetOptions options{.image_size = 8, .skip_broken = true};
  const int before = threads();
  set_threads(1);
  const Dataset one = load_image_folder(dir.path(), options).train;
  EXPECT_EQ(one.size(), 53);
  for (const int number : {2, 3, 8}) {
    set_threads(number);
    const Dataset many = load_image_folder(dir.path(), options).train;
    EXPECT_EQ(many.values, one.values);
    EXPECT_EQ(many.labels, one.labels);
    EXPECT_EQ(many.skipped, one.skipped);
  }
  set_threads(before);
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
