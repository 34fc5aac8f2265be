#pragma once

#include <cstdint>
#include <span>

#include "framework/data/image.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Writes the pixels in the order of Dataset, [channel][row][column]. out: 3 x height x width bytes.
void write_planar(const Image& image, std::span<std::uint8_t> out);

/// Resizes the image so that its shorter side has `size` pixels, and writes the central size x size pixels in that
/// order. out: 3 x size x size bytes.
///
/// The filter is a triangle. Enlarging interpolates between the two nearest pixels in each direction. Reducing by a
/// factor f averages over the 2f nearest pixels, with larger weights for nearer ones, so that no pixel is passed over
/// (antialiased). Values are rounded once, at the end. An image of the right size stays as it is.
void write_square(const Image& image, int size, std::span<std::uint8_t> out);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
