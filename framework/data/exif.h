#pragma once

#include <cstdint>
#include <span>

#include "framework/data/image.h"
#include "framework/real.h"

/// How a camera was held, as the Exif data of a JPEG file says.

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// The orientation in an Exif segment, which begins with "Exif": 1 to 8 (tag 0x0112 of its first directory). 1,
/// upright, if the segment says nothing that can be read.
int exif_orientation(std::span<const std::uint8_t> segment);

/// The image as people see it, stored with that orientation. For 5 to 8, width and height change places.
Image upright(Image stored, int orientation);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
