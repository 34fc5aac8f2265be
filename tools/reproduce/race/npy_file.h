#pragma once

#include <filesystem>
#include <span>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Rows of floats as NumPy's format 1.0 has them: shape (values.size() / columns, columns), '<f4', row after row.
/// Throws Error where the file cannot be written.
void write_npy(const std::filesystem::path& path, std::span<const float> values, int columns);

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
