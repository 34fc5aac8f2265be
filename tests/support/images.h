#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/data/image.h"

/// Image files of known pixels, encoded by libpng and libjpeg themselves.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

using Bytes = std::vector<std::uint8_t>;

/// Smooth, each channel in a direction of its own, with values from 20 to 120 above `level`.
Image smooth_image(int width, int height, int level = 20);
/// Every byte on its own.
Image noise_image(int width, int height, unsigned seed = 0);

/// As libpng has it. Rows lie one after the other, each in whole bytes.
struct PngLayout {
  int colour_type = 2;  ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
  int bits = 8;         ///< a value
  bool interlaced = false;
  Bytes palette = {};       ///< RGB
  Bytes transparency = {};  ///< of the first entries of the palette
};
std::string encode_png(int width, int height, const Bytes& rows, const PngLayout& layout = {});
/// 8-bit RGB.
std::string encode_png(const Image& image);

struct JpegLayout {
  int channels = 3;  ///< 1 grey, 3 RGB, 4 CMYK
  bool ycck = false;
  bool progressive = false;
  /// Of luma, where colours have 1 x 1.
  int horizontal_sampling = 1;
  int vertical_sampling = 1;
};
/// At quality 100. Rows hold the channels of a pixel beside each other.
std::string encode_jpeg(int width, int height, const Bytes& rows, const JpegLayout& layout = {});
std::string encode_jpeg(const Image& image);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
