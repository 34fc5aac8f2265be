#include "framework/data/image.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "framework/error.h"
#include "tests/support/images.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

using testing::ThrowsMessage;

Image decode(std::string_view file) { return decode_image(std::as_bytes(std::span(file))); }

void expect_pixels(std::string_view file, int width, int height, const Bytes& rgb) {
  const Image image = decode(file);
  EXPECT_EQ(image.width, width);
  EXPECT_EQ(image.height, height);
  EXPECT_EQ(image.rgb, rgb);
}

int largest_difference(const Bytes& left, const Bytes& right) {
  EXPECT_EQ(left.size(), right.size());
  int largest = 0;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    largest = std::max(largest, std::abs(left[i] - right[i]));
  }
  return largest;
}

TEST(DecodePng, IsExact) {
  for (const bool interlaced : {false, true}) {
    const Image image = noise_image(13, 7);
    expect_pixels(encode_png(13, 7, image.rgb, {.interlaced = interlaced}), 13, 7, image.rgb);
  }
}

TEST(DecodePng, ReadsGreyAsRgb) {
  expect_pixels(encode_png(2, 2, {0, 1, 128, 255}, {.colour_type = 0}), 2, 2,
                {0, 0, 0, 1, 1, 1, 128, 128, 128, 255, 255, 255});
  expect_pixels(encode_png(4, 1, {0b00'01'10'11}, {.colour_type = 0, .bits = 2}), 4, 1,
                {0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255});
  expect_pixels(encode_png(2, 1, {0b10'000000}, {.colour_type = 0, .bits = 1}), 2, 1, {255, 255, 255, 0, 0, 0});
}

TEST(DecodePng, ReadsColoursOfThePalette) {
  const Bytes palette{1, 2, 3, 10, 20, 30, 100, 110, 120};
  expect_pixels(encode_png(3, 1, {2, 0, 1}, {.colour_type = 3, .palette = palette}), 3, 1,
                {100, 110, 120, 1, 2, 3, 10, 20, 30});
  expect_pixels(encode_png(2, 1, {0x20}, {.colour_type = 3, .bits = 4, .palette = palette}), 2, 1,
                {100, 110, 120, 1, 2, 3});
}

TEST(DecodePng, DropsTransparency) {
  expect_pixels(encode_png(2, 1, {1, 2, 3, 0, 4, 5, 6, 128}, {.colour_type = 6}), 2, 1, {1, 2, 3, 4, 5, 6});
  expect_pixels(encode_png(2, 1, {7, 0, 9, 200}, {.colour_type = 4}), 2, 1, {7, 7, 7, 9, 9, 9});
  expect_pixels(
      encode_png(2, 1, {0, 1}, {.colour_type = 3, .palette = {1, 2, 3, 10, 20, 30}, .transparency = {0, 128}}), 2, 1,
      {1, 2, 3, 10, 20, 30});
}

TEST(DecodePng, RoundsSixteenBitsToEight) {
  // Big-endian; a level of 8 bits is 257 of 16, so halves lie 128.5 above it.
  expect_pixels(encode_png(2, 1, {0, 0, 0, 128, 0, 129, 1, 1, 0xff, 0x7e, 0xff, 0x7f}, {.colour_type = 2, .bits = 16}),
                2, 1, {0, 0, 1, 1, 254, 255});
  expect_pixels(encode_png(1, 1, {0x80, 0x80}, {.colour_type = 0, .bits = 16}), 1, 1, {128, 128, 128});
  expect_pixels(encode_png(1, 1, {1, 1, 2, 2, 3, 3, 0x12, 0x34}, {.colour_type = 6, .bits = 16}), 1, 1, {1, 2, 3});
}

TEST(DecodeJpeg, IsCloseAtQuality100) {
  const Image image = smooth_image(29, 18);
  const std::vector<JpegLayout> layouts = {
      {}, {.progressive = true}, {.horizontal_sampling = 2, .vertical_sampling = 2}, {.horizontal_sampling = 3}};
  for (const JpegLayout& layout : layouts) {
    const Image decoded = decode(encode_jpeg(29, 18, image.rgb, layout));
    EXPECT_EQ(decoded.width, 29);
    EXPECT_EQ(decoded.height, 18);
    // Colours at a fraction of the pixels cost a few levels more, on the last that has no neighbour.
    EXPECT_LE(largest_difference(decoded.rgb, image.rgb), layout.horizontal_sampling == 1 ? 3 : 8);
  }
}

TEST(DecodeJpeg, ReadsGreyAsRgb) {
  Bytes grey;
  Bytes rgb;
  for (int i = 0; i < 16 * 16; ++i) {
    grey.push_back(static_cast<std::uint8_t>(i));
    rgb.insert(rgb.end(), 3, static_cast<std::uint8_t>(i));
  }
  const Image image = decode(encode_jpeg(16, 16, grey, {.channels = 1}));
  EXPECT_LE(largest_difference(image.rgb, rgb), 2);
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    ASSERT_EQ(image.rgb[i], image.rgb[i + 1]);
    ASSERT_EQ(image.rgb[i], image.rgb[i + 2]);
  }
}

TEST(DecodeJpeg, ReadsInvertedCmyk) {
  for (const bool ycck : {false, true}) {
    for (const auto& [cmyk, rgb] : std::vector<std::pair<Bytes, Bytes>>{{{255, 255, 255, 255}, {255, 255, 255}},
                                                                        {{255, 255, 255, 0}, {0, 0, 0}},
                                                                        {{0, 255, 255, 255}, {0, 255, 255}},
                                                                        {{200, 100, 50, 153}, {120, 60, 30}}}) {
      Bytes rows;
      for (int i = 0; i < 64; ++i) rows.insert(rows.end(), cmyk.begin(), cmyk.end());
      const Image image = decode(encode_jpeg(8, 8, rows, {.channels = 4, .ycck = ycck}));
      ASSERT_EQ(image.rgb.size(), 192U);
      EXPECT_LE(largest_difference({image.rgb.end() - 3, image.rgb.end()}, rgb), 2);
    }
  }
}

TEST(DecodeJpeg, AcceptsWarningsThatAreNotOfThePixels) {
  std::string file = encode_jpeg(smooth_image(8, 8));
  const std::size_t version = file.find("JFIF") + 5;
  ASSERT_EQ(file[version], 1);
  file[version] = 3;
  EXPECT_EQ(decode(file).rgb, decode(encode_jpeg(smooth_image(8, 8))).rgb);
}

TEST(DecodeImage, RefusesFilesThatEndTooEarly) {
  const Image image = noise_image(16, 16);
  const std::vector<std::string> files = {encode_png(image), encode_png(16, 16, image.rgb, {.interlaced = true}),
                                          encode_jpeg(image), encode_jpeg(16, 16, image.rgb, {.progressive = true})};
  for (const std::string& file : files) {
    EXPECT_NO_THROW(decode(file));
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_THROW(decode(std::string_view(file).substr(0, size)), Error) << size << " of " << file.size() << " bytes";
    }
  }
  const std::string png = files[0];
  EXPECT_THAT([&] { decode(png.substr(0, png.size() - 1)); }, ThrowsMessage<Error>("premature end of PNG file"));
  const std::string jpeg = files[2];
  EXPECT_THAT([&] { decode(jpeg.substr(0, jpeg.size() - 2)); }, ThrowsMessage<Error>("Premature end of JPEG file"));
  EXPECT_THAT([&] { decode(jpeg.substr(0, jpeg.size() / 2)); }, ThrowsMessage<Error>("Premature end of JPEG file"));
}

TEST(DecodeImage, RefusesDamagedFiles) {
  const std::string whole = encode_png(noise_image(16, 16));
  std::string png = whole;
  png[png.size() / 2] ^= 1;
  EXPECT_THAT([&] { decode(png); }, ThrowsMessage<Error>("IDAT: incorrect data check"));
  png = whole;
  png[png.size() - 13] ^= 1;  // the sum of the pixels' chunk, before the 12 bytes of the last
  EXPECT_THAT([&] { decode(png); }, ThrowsMessage<Error>("IDAT: CRC error"));
  // A marker where data should be.
  std::string jpeg = encode_jpeg(noise_image(16, 16));
  jpeg[jpeg.size() - 100] = '\xff';
  jpeg[jpeg.size() - 99] = '\xd9';
  EXPECT_THAT([&] { decode(jpeg); }, ThrowsMessage<Error>("Corrupt JPEG data: premature end of data segment"));
}

TEST(DecodeImage, RefusesWhatIsNoImage) {
  EXPECT_THAT([] { decode(""); }, ThrowsMessage<Error>("is empty, expected a JPEG or PNG image"));
  EXPECT_THAT([] { decode("GIF89a"); },
              ThrowsMessage<Error>("starts with bytes 47 49 46 38, expected a JPEG or PNG image"));
  EXPECT_THAT([] { decode("no"); }, ThrowsMessage<Error>("starts with bytes 6e 6f, expected a JPEG or PNG image"));
}

TEST(DecodeImage, RefusesSizesBeforeTakingMemory) {
  std::string png = encode_png(noise_image(1, 1));
  const std::string size("\x00\x00\xff\xff\x00\x00\xff\xff", 8);  // 65,535 x 65,535
  png.replace(16, 8, size);
  const uLong crc = ::crc32(0, reinterpret_cast<const Bytef*>(png.data()) + 12, 17);
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
  EXPECT_THAT([&] { decode(png); }, ThrowsMessage<Error>("is 65535 x 65535 pixels, expected 1 to 268435456 of them"));

  std::string jpeg = encode_jpeg(noise_image(8, 8));
  const std::size_t frame = jpeg.find("\xff\xc0");  // then length, precision, height, width
  jpeg.replace(frame + 5, 4, "\xfe\x00\xfe\x00", 4);
  EXPECT_THAT([&] { decode(jpeg); }, ThrowsMessage<Error>("is 65024 x 65024 pixels, expected 1 to 268435456 of them"));
}

TEST(ReadImage, GoesByTheContentsAndNamesThePath) {
  const TempDir dir;
  const Image image = noise_image(3, 2);
  EXPECT_EQ(read_image(dir.write("png.JPEG", encode_png(image))).rgb, image.rgb);
  const auto text = dir.write("text.png", "text");
  EXPECT_THAT([&] { read_image(text); },
              ThrowsMessage<Error>(text.string() + ": starts with bytes 74 65 78 74, expected a JPEG or PNG image"));
  const auto missing = dir.path() / "missing.png";
  EXPECT_THAT([&] { read_image(missing); },
              ThrowsMessage<Error>(missing.string() + ": cannot open: No such file or directory"));
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
