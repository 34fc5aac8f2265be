#pragma once

#include <cstddef>
#include <span>

#include "framework/data/image.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// decode_image of a PNG file.
Image decode_png(std::span<const std::byte> file);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
