#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "framework/data/image_folder.h"
#include "framework/error.h"
#include "framework/threads.h"
#include "tests/support/images.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::ThrowsMessage;

std::string image(unsigned seed = 0) { return encode_png(noise_image(4, 4, seed)); }
std::string cut(const std::string& file) { return file.substr(0, file.size() / 2); }

/// Classes a and b, two images each in both parts.
void write_small(const TempDir& dir) {
  for (const char* folder : {"train/a/", "train/b/", "val/a/", "val/b/"}) {
    for (const char* name : {"1.png", "2.jpg"}) dir.write(folder + std::string(name), image());
  }
}

/// Loading and a first look fail alike.
void expect_error(const TempDir& dir, const std::string& path, const std::string& message) {
  const std::string whole = (dir.path() / path).string() + ": " + message;
  EXPECT_THAT([&] { load_image_folder(dir.path()); }, ThrowsMessage<Error>(whole));
  EXPECT_THAT([&] { image_folder_shape(dir.path()); }, ThrowsMessage<Error>(whole));
}

TEST(LoadImageFolderErrors, SayWhatIsWrongWithTheFolders) {
  const TempDir empty;
  EXPECT_THAT([&] { load_image_folder(empty.path()); },
              ThrowsMessage<Error>(empty.path().string() +
                                   ": holds no folder train, expected it and val or test, each with a folder of images "
                                   "for every class"));
  EXPECT_THAT([&] { load_image_folder(empty.path() / "missing"); },
              ThrowsMessage<Error>(HasSubstr("missing: holds no folder train")));
  empty.write("train/x.png", image());
  EXPECT_THAT([&] { load_image_folder(empty.path()); },
              ThrowsMessage<Error>(empty.path().string() +
                                   ": holds neither a folder val nor test, expected one of them beside train"));
  std::filesystem::create_directory(empty.path() / "val");
  expect_error(empty, "train", "holds no folder, expected one of images for every class");

  const TempDir both;
  write_small(both);
  both.write("test/a/1.png", image());
  expect_error(both, "test",
               "lacks the class folder b of " + (both.path() / "train").string() + ", expected the same in both");
}

TEST(LoadImageFolderErrors, SayWhichClassesDiffer) {
  struct Case {
    std::vector<std::string> added;
    std::string path;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"train/c/1.png"}, "val", "lacks the class folder c of DIR/train, expected the same in both"},
      {{"val/A/1.png"}, "train", "lacks the class folder A of DIR/val, expected the same in both"},
      {{"val/c/1.png", "val/d/1.png", "val/e/1.png"},
       "train",
       "lacks the class folder c and 2 more of DIR/val, expected the same in both"},
      {{"train/c/1.txt", "val/c/1.png"}, "train/c", "holds no image, expected files that end in .jpg, .jpeg or .png"},
      {{"train/c/1.png", "val/c/1.txt"}, "val/c", "holds no image, expected files that end in .jpg, .jpeg or .png"},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    write_small(dir);
    for (const std::string& name : one.added) dir.write(name, image());
    std::string message = one.message;
    if (const std::size_t at = message.find("DIR"); at != std::string::npos)
      message.replace(at, 3, dir.path().string());
    expect_error(dir, one.path, message);
  }
}

TEST(LoadImageFolderErrors, LabelsAreBytes) {
  const TempDir dir;
  for (int i = 0; i < 256; ++i) {
    for (const char* part : {"train", "val"}) dir.write(fmt::format("{}/{:03}/1.png", part, i), image());
  }
  const Dataset train = load_image_folder(dir.path()).train;
  EXPECT_EQ(train.classes, 256);
  EXPECT_EQ(train.labels.back(), 255);
  for (const char* part : {"train", "val"}) dir.write(fmt::format("{}/256/1.png", part), image());
  expect_error(dir, "train", "holds 257 class folders, expected at most 256, as labels are bytes");
}

TEST(LoadImageFolderErrors, NameTheBrokenImage) {
  struct Case {
    std::string path;
    std::string contents;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {"train/b/2.jpg", cut(encode_jpeg(noise_image(4, 4))), "Premature end of JPEG file"},
      {"val/a/1.png", cut(image()), "premature end of PNG file"},
      {"train/a/1.png", "text", "starts with bytes 74 65 78 74, expected a JPEG or PNG image"},
      {"val/b/2.jpg", "", "is empty, expected a JPEG or PNG image"},
  };
  for (const Case& one : cases) {
    const TempDir dir;
    write_small(dir);
    const std::string path = dir.write(one.path, one.contents).string();
    EXPECT_THAT([&] { load_image_folder(dir.path()); }, ThrowsMessage<Error>(path + ": " + one.reason));
  }
}

TEST(LoadImageFolderErrors, AreOfTheFirstBrokenImageWhateverTheThreadsDo) {
  const TempDir dir;
  write_small(dir);
  for (int i = 10; i < 60; ++i) dir.write(fmt::format("train/a/{}.png", i), "broken");
  // Longer to read than those behind it.
  const std::string first = dir.write("train/a/09.png", cut(encode_png(noise_image(500, 500)))).string();
  const int before = threads();
  for (const int number : {1, 2, 8}) {
    set_threads(number);
    EXPECT_THAT([&] { load_image_folder(dir.path()); }, ThrowsMessage<Error>(first + ": premature end of PNG file"));
  }
  set_threads(before);
}

TEST(LoadImageFolderErrors, AreCountedWhereBrokenImagesAreSkipped) {
  const TempDir dir;
  write_small(dir);
  for (int i = 0; i < 5; ++i) dir.write(fmt::format("train/a/x{}.png", i), image(static_cast<unsigned>(i) + 1));
  const Dataset whole = load_image_folder(dir.path(), {.skip_broken = true}).train;
  EXPECT_THAT(whole.skipped, IsEmpty());
  ASSERT_EQ(whole.size(), 9);

  // The first, which is not asked for the size then, one in the middle, and the last.
  const std::vector<std::string> broken{dir.write("train/a/1.png", "1").string(),
                                        dir.write("train/a/x2.png", "x2").string(),
                                        dir.write("train/b/2.jpg", cut(encode_jpeg(noise_image(4, 4)))).string()};
  const auto [train, test, validation] = load_image_folder(dir.path(), {.skip_broken = true});
  EXPECT_THAT(train.skipped, ElementsAre(StartsWith(broken[0] + ": starts with bytes 31"),
                                         StartsWith(broken[1] + ": starts with bytes 78 32"),
                                         broken[2] + ": Premature end of JPEG file"));
  EXPECT_THAT(test.skipped, IsEmpty());
  EXPECT_THAT(train.labels, ElementsAre(0, 0, 0, 0, 0, 1));
  EXPECT_EQ(train.values.size(), 6U * 48U);
  int kept = 0;
  for (const int i : {1, 2, 3, 5, 6, 7}) {
    EXPECT_TRUE(std::ranges::equal(train.sample(kept++), whole.sample(i))) << i;
  }
  EXPECT_EQ(image_folder_shape(dir.path(), {.skip_broken = true}), (DatasetShape{48, 2}));
}

TEST(LoadImageFolderErrors, SayWhichClassHasNoneThatCanBeRead) {
  const TempDir dir;
  write_small(dir);
  for (const char* name : {"val/b/1.png", "val/b/2.jpg"}) dir.write(name, "text");
  EXPECT_THAT([&] { load_image_folder(dir.path(), {.skip_broken = true}); },
              ThrowsMessage<Error>(StartsWith(fmt::format("{0}/val/b: none of its 2 images can be read, such as "
                                                          "{0}/val/b/1.png: starts with",
                                                          dir.path().string()))));
  for (const char* name : {"train/a/1.png", "train/a/2.jpg", "train/b/1.png", "train/b/2.jpg"}) dir.write(name, "text");
  EXPECT_THAT([&] { load_image_folder(dir.path(), {.skip_broken = true}); },
              ThrowsMessage<Error>(dir.path().string() + "/train: none of its 4 images can be read"));
}

TEST(LoadImageFolderErrors, ComeBeforeMoreThanTheMachinesMemoryIsTaken) {
  const TempDir dir;
  write_small(dir);
  constexpr int side = DatasetOptions::largest_image_size;
  const auto memory =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::string link = (dir.path() / "train/a/1.png").string();
  const std::uint64_t links = memory / (std::uint64_t{3} * side * side);
  for (std::uint64_t i = 0; i < links; ++i) {
    std::filesystem::create_symlink(link, dir.path() / fmt::format("train/b/x{}.png", i));
  }
  EXPECT_THAT([&] { load_image_folder(dir.path(), {.image_size = side}); },
              ThrowsMessage<Error>(fmt::format(
                  "{}: {} images of 16384 x 16384 pixels take {} bytes, expected at most the {} of this machine's "
                  "memory: a smaller --image-size makes them fit",
                  dir.path().string(), grouped(8 + links), grouped((8 + links) * 3 * side * side), grouped(memory))));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
