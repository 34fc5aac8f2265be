#include "framework/data/resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/error.h"
#include "tests/support/images.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ThrowsMessage;

Bytes planar(const Image& image) {
  Bytes out(image.rgb.size());
  write_planar(image, out);
  return out;
}

Bytes square(const Image& image, int size) {
  Bytes out(static_cast<std::size_t>(3 * size * size));
  write_square(image, size, out);
  return out;
}

/// By the definition: every output pixel is the mean of all pixels of the image, weighed by the triangle around it.
std::vector<double> reference(const Image& image, int size) {
  const int shorter = std::min(image.width, image.height);
  const double scale = static_cast<double>(shorter) / size;
  const double reach = std::max(scale, 1.0);
  const auto weight = [&](int length, int i, int j) {
    const int margin = (length - shorter) / 2;
    const double centre = margin + (i + 0.5) * scale;
    return std::max(0.0, 1 - std::abs(j + 0.5 - centre) / reach);
  };
  std::vector<double> out;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        double sum = 0;
        double weights = 0;
        for (int v = 0; v < image.height; ++v) {
          for (int u = 0; u < image.width; ++u) {
            const double w = weight(image.width, x, u) * weight(image.height, y, v);
            weights += w;
            sum += w * image.rgb[static_cast<std::size_t>(3 * (v * image.width + u) + c)];
          }
        }
        out.push_back(sum / weights);
      }
    }
  }
  return out;
}

TEST(WritePlanar, PutsChannelsApart) {
  EXPECT_THAT(planar({2, 2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}),
              ElementsAre(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12));
}

TEST(WriteSquare, AgreesWithTheDefinition) {
  struct Case {
    int width;
    int height;
    int size;
  };
  for (const auto& [width, height, size] :
       {Case{40, 40, 10}, Case{41, 23, 7}, Case{17, 38, 16}, Case{30, 50, 29}, Case{5, 9, 1}, Case{6, 4, 9},
        Case{3, 7, 20}, Case{1, 1, 3}, Case{1, 5, 2}, Case{64, 48, 47}}) {
    const Image image = noise_image(width, height);
    const Bytes found = square(image, size);
    const std::vector<double> expected = reference(image, size);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 0.5001) << width << " x " << height << " to " << size << ", value " << i;
    }
  }
}

TEST(WriteSquare, LeavesTheRightSizeAsItIs) {
  const Image image = noise_image(12, 12);
  EXPECT_EQ(square(image, 12), planar(image));
}

TEST(WriteSquare, CropsTheCentre) {
  for (const auto& [width, height, left, top] :
       std::vector<std::array<int, 4>>{{8, 4, 2, 0}, {9, 4, 2, 0}, {4, 10, 0, 3}, {4, 5, 0, 0}}) {
    const Image image = noise_image(width, height);
    Image centre{4, 4};
    for (int y = 0; y < 4; ++y) {
      const auto begin = image.rgb.begin() + 3 * ((top + y) * width + left);
      centre.rgb.insert(centre.rgb.end(), begin, begin + 12);
    }
    EXPECT_EQ(square(image, 4), planar(centre)) << width << " x " << height;
  }
}

TEST(WriteSquare, AveragesWhereItReduces) {
  Image stripes{64, 64};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) stripes.rgb.insert(stripes.rgb.end(), 3, x % 2 == 0 ? 0 : 200);
  }
  EXPECT_THAT(square(stripes, 8), Each(testing::AllOf(testing::Ge(95), testing::Le(105))));
  const Image white{30, 20, Bytes(1800, 255)};
  for (const int size : {1, 7, 20, 33}) EXPECT_THAT(square(white, size), Each(255));
}

TEST(WriteSquare, NeedsRoom) {
  Bytes out(11);
  EXPECT_THAT([&] { write_planar(noise_image(2, 2), out); },
              ThrowsMessage<UsageError>("an image of 2 x 2 pixels into 11 bytes, expected 12"));
  EXPECT_THAT([&] { write_square(noise_image(5, 4), 2, out); },
              ThrowsMessage<UsageError>("an image of 2 x 2 pixels into 11 bytes, expected 12"));
  EXPECT_THAT([&] { write_square(noise_image(5, 4), 0, out); },
              ThrowsMessage<UsageError>("an image of 0 x 0 pixels, expected at least 1 x 1"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
