#pragma once

#include <cstdint>
#include <span>

#include "framework/data/image.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The pixels as Dataset has them, [channel][row][column]. out: 3 x height x width bytes.
void write_planar(const Image& image, std::span<std::uint8_t> out);

/// The same of an image whose shorter side is brought to `size` pixels, and of that the central size x size. out:
/// 3 x size x size bytes.
///
/// The filter is a triangle. Enlarging interpolates between the two nearest pixels each way; reducing by a factor f
/// averages over the 2f nearest, the nearer the more, so that nothing is passed over (antialiased). Values are rounded
/// once, at the end. An image of the right size comes out as it is.
void write_square(const Image& image, int size, std::span<std::uint8_t> out);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
