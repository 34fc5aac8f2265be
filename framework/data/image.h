#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// 8-bit RGB. The pixel in column x of row y, from the top left, is at rgb[3 (y width + x)].
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb = {};
};

/// Red, green and blue.
inline constexpr int rgb_channels = 3;

/// An image that claims to be larger is refused before memory is taken for it.
inline constexpr int max_image_pixels = 16384 * 16384;

/// Decodes a JPEG or PNG file, recognised by its first bytes, to RGB:
/// - grey becomes R = G = B, and palettes their colours;
/// - CMYK and YCCK, in Adobe's inverted form, become R = C K / 255 and so on, without a colour profile;
/// - 16 bits are rounded to 8;
/// - transparency is dropped, and the colours stored below it are kept;
/// - JPEG files are turned upright, as the orientation in their Exif data says;
/// - gamma and colour profiles are not applied.
///
/// Throws Error with the reason, but no path, unless the whole file is sound. Errors of the decoders count, and so do
/// JPEG's warnings of damaged data, such as a file that ends too early.
Image decode_image(std::span<const std::byte> file);

/// The same for the file at `path`. Throws Error ("PATH: reason").
Image read_image(const std::filesystem::path& path);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
