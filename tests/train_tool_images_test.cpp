#include <cmath>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/io/safetensors.h"
#include "tests/support/images.h"
#include "tests/support/train_tool.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

ProcessResult run_skipping(const Options& options) {
  Command command = train_command(options);
  command.emplace_back("--skip-broken");
  return run_process(command);
}

TEST(TrainToolImages, TrainsOnAFolder) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const ProcessResult result = run_train(with(image_folder_options(dir), {{"epochs", "2"}}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("image-folder: 80 training and 20 test samples; network 144-4-2, "));
  EXPECT_THAT(lines(dir.read("out/metrics.csv")), SizeIs(3));
  const auto model = read_safetensors(dir.path() / "out/model.safetensors");
  EXPECT_THAT(model.at("input.mean").shape, ElementsAre(144));
}

TEST(TrainToolImages, ResumesWithTheSameSizeOnly) {
  const TempDir dir;
  write_image_folder(dir, "data");
  const Options sized = with(image_folder_options(dir), {{"image-size", "4"}, {"layers", "48-4-2"}});
  ASSERT_EQ(run_train(sized).status, 0);
  const Options resumed = with(sized, {{"resume", sized.at("output")}});

  const ProcessResult refused = run_train(with(resumed, {{"image-size", "5"}, {"layers", "75-4-2"}}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--image-size 5: the run in " + sized.at("output") + " has 4"));

  ASSERT_EQ(run_train(with(resumed, {{"epochs", "4"}})).status, 0);
  ASSERT_EQ(run_train(with(sized, {{"epochs", "4"}, {"output", (dir.path() / "whole").string()}})).status, 0);
  EXPECT_EQ(dir.read("out/model.safetensors"), dir.read("whole/model.safetensors"));
}

TEST(TrainToolImages, AsksForLayers) {
  const TempDir dir;
  write_image_folder(dir, "data");
  Options options = image_folder_options(dir);
  options.erase("layers");
  const std::string where = (dir.path() / "data").string();
  struct Case {
    Options changes;
    std::string message;
  };
  for (const auto& [changes, message] : std::vector<Case>{
           {{},
            "--layers: missing, expected sizes from 144 inputs to 2 outputs, the features and classes of " + where +
                ", such as 144-512-2\n"},
           {{{"image-size", "224"}}, "expected sizes from 150528 inputs to 2 outputs"},
           {{{"layers", "144-4-3"}},
            "--layers 144-4-3: from 144 inputs to 3 outputs, expected 144 and 2, the features and classes of "
            "image-folder\n"},
           {{{"batch-size", "81"}, {"layers", "144-4-2"}}, "--batch-size 81: more than the 80 samples of image-folder"},
       }) {
    const ProcessResult result = run_train(with(options, changes));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, AllOf(StartsWith("train: "), HasSubstr(message)));
  }
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "out/checkpoint.safetensors"));

  // The paper's network by name, where it fits.
  for (const char* part : {"train", "val"}) {
    for (int label = 0; label < 8; ++label) {
      dir.write(fmt::format("data/{}/{}/1.png", part, label), encode_png(smooth_image(1, 1)));
    }
  }
  EXPECT_THAT(run_train(with(options, {{"image-size", "224"}})).err,
              EndsWith(", such as imagenet-10 (the paper's 150528-1024-512-256-128-64-32-16-10)\n"));
}

TEST(TrainToolImages, SkipsBrokenOnesOnlyWhereTold) {
  const TempDir dir;
  write_image_folder(dir, "data");
  for (int i = 0; i < 7; ++i) dir.write(fmt::format("data/train/dark/x{}.jpg", i), "text");
  const std::string test = dir.write("data/val/light/x.png", "text").string();
  const ProcessResult stopped = run_train(image_folder_options(dir));
  EXPECT_EQ(stopped.status, 1);
  EXPECT_EQ(stopped.err, fmt::format("train: {}/data/train/dark/x0.jpg: starts with bytes 74 65 78 74, expected a JPEG "
                                     "or PNG image\n",
                                     dir.path().string()));

  const ProcessResult result = run_skipping(image_folder_options(dir));
  ASSERT_EQ(result.status, 0) << result.err;
  const std::vector<std::string> printed = lines(result.out);
  ASSERT_GE(printed.size(), 10U);
  EXPECT_EQ(printed[0], "image-folder train: skipped 7 of 87 images that cannot be read:");
  for (std::size_t i = 0; i < 5; ++i) EXPECT_THAT(printed[i + 1], HasSubstr(fmt::format("dark/x{}.jpg: starts", i)));
  EXPECT_EQ(printed[6], "  and 2 more");
  EXPECT_EQ(printed[7], "image-folder val: skipped 1 of 21 images that cannot be read:");
  EXPECT_THAT(printed[8], StartsWith("  " + test + ": starts with bytes"));
  EXPECT_THAT(printed[9], StartsWith("image-folder: 80 training and 20 test samples"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
