#include "framework/data/exif.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/images.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ElementsAreArray;

/// An Exif segment with two entries, of which the second is the orientation.
Bytes segment_with(int orientation, bool little) {
  Bytes bytes{'E', 'x', 'i', 'f', 0, 0};
  const auto add = [&](unsigned number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(number >> 8 * (little ? i : size - 1 - i)));
    }
  };
  bytes.insert(bytes.end(), 2, static_cast<std::uint8_t>(little ? 'I' : 'M'));
  add(42, 2);
  add(8, 4);  // where the directory begins
  add(2, 2);
  for (const auto& [tag, value] : {std::pair{0x0100U, 7U}, {0x0112U, static_cast<unsigned>(orientation)}}) {
    add(tag, 2);
    add(3, 2);
    add(1, 4);
    add(value, 2);
    add(0, 2);
  }
  add(0, 4);
  return bytes;
}

TEST(Exif, HasTheOrientation) {
  for (const bool little : {true, false}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      EXPECT_EQ(exif_orientation(segment_with(orientation, little)), orientation);
    }
    EXPECT_EQ(exif_orientation(segment_with(0, little)), 1);
    EXPECT_EQ(exif_orientation(segment_with(9, little)), 1);
  }
}

TEST(Exif, SurvivesDamage) {
  const Bytes whole = segment_with(6, true);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const int found = exif_orientation({whole.data(), size});
    EXPECT_TRUE(found == 1 || found == 6) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes damaged = whole;
    damaged[at] = 0xff;
    const int found = exif_orientation(damaged);
    EXPECT_TRUE(found >= 1 && found <= 8) << at;
  }
}

// The pixels of 3 x 2, numbered row by row, as PIL's ImageOps.exif_transpose puts them.
TEST(Exif, MakesImagesUprightAsPilDoes) {
  const std::vector<std::vector<int>> expected = {{0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0},
                                                  {3, 4, 5, 0, 1, 2}, {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2},
                                                  {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}};
  Image stored{.width = 3, .height = 2};
  for (int i = 0; i < 6; ++i) stored.rgb.insert(stored.rgb.end(), 3, static_cast<std::uint8_t>(i));
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Image image = upright(stored, orientation);
    EXPECT_EQ(image.width, orientation < 5 ? 3 : 2);
    EXPECT_EQ(image.height, orientation < 5 ? 2 : 3);
    std::vector<int> pixels;
    for (std::size_t i = 0; i < image.rgb.size(); i += 3) pixels.push_back(image.rgb[i]);
    EXPECT_THAT(pixels, ElementsAreArray(expected[static_cast<std::size_t>(orientation - 1)])) << orientation;
  }
}

TEST(Exif, TurnsJpegFiles) {
  const std::string plain = encode_jpeg(smooth_image(16, 8));
  const auto decoded = [](const std::string& file) { return decode_image(std::as_bytes(std::span(file))); };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Bytes segment = segment_with(orientation, orientation % 2 == 0);
    std::string file = plain;
    const std::size_t size = segment.size() + 2;
    std::string marker{'\xff', '\xe1', static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
    marker.append(segment.begin(), segment.end());
    file.insert(2, marker);  // after the marker of the file's start
    const Image expected = upright(decoded(plain), orientation);
    const Image found = decoded(file);
    EXPECT_EQ(found.width, expected.width);
    EXPECT_EQ(found.rgb, expected.rgb) << orientation;
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
